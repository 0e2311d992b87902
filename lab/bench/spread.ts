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
