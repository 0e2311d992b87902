/** The first of many things, without putting all of them in order. */

/** @param compare places; of those of another weight it says what the weights say: the heavier comes first */
export interface Ranking {
  length: number;
  readonly weight: (at: number) => number;
  readonly compare: (a: number, b: number) => number;
}

/** The first of them for page after page: what was found is kept, and as much again is looked for beyond it. */
export function inPages(ranking: Ranking): (count: number) => readonly number[] {
  let found: readonly number[] = [];
  return (count) => {
    if (found.length < Math.min(count, ranking.length)) found = firstOf(ranking, Math.max(count, 2 * found.length));
    return found.slice(0, Math.max(0, count));
  };
}

/** @returns the places of the first `count`, in order */
function firstOf({ length, weight, compare }: Ranking, count: number): number[] {
  if (count <= 0) return [];
  // Loops: there may be a million, and a function called for each of a list takes several times as long.
  const weights = new Float64Array(length);
  for (let at = 0; at < length; at++) weights[at] = weight(at);
  const least = count < length ? (weights.toSorted()[length - count] ?? -Infinity) : -Infinity;
  const first: number[] = [];
  for (let at = 0; at < length; at++) if ((weights[at] ?? 0) >= least) first.push(at);
  first.sort(compare);
  return first.slice(0, count);
}
