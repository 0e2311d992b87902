/** Several measurements of one thing. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  n: number;
}

/**
 * Median (of an even number: the mean of the two in the middle), least and greatest. @throws RangeError without values
 */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b),
    n = sorted.length,
    half = n >> 1;
  const min = sorted[0],
    max = sorted[n - 1],
    upper = sorted[half],
    lower = sorted[n % 2 === 1 ? half : half - 1];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined)
    throw new RangeError('nothing was measured');
  return { median: (lower + upper) / 2, min, max, n };
}

/** The value that a share of all lie below; of few, the greatest for a share near 1. NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
