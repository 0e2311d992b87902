/** The first of many things, without putting all of them in order. */

/** @param compare places; of those of another weight it says what the weights say: the heavier comes first */
export interface Ranking {
  length: number;
  readonly weight: (at: number) => number;
  readonly compare: (a: number, b: number) => number;
}

/** @returns the places of the first `count`, in order */
export function firstOf({ length, weight, compare }: Ranking, count: number): number[] {
  const all = Array.from({ length }, (_, at) => at);
  if (count >= length) return all.sort(compare);
  if (count <= 0) return [];
  const weights = Float64Array.from(all, weight).sort();
  const least = weights[length - count] ?? -Infinity;
  return all
    .filter((at) => weight(at) >= least)
    .sort(compare)
    .slice(0, count);
}
