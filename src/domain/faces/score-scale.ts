/** What a detector's own scores mean on the scale that gates and tracking are made for. */

/** Own scores and what they mean, both rising; linear between two, the first and last piece prolonged. At least two. */
export type ScoreKnots = readonly (readonly [own: number, common: number])[];

/** @returns the score on the common scale, 0..1 */
export function commonScore(knots: ScoreKnots, own: number): number {
  return Math.min(1, Math.max(0, along(knots, 0, 1, own)));
}

/** @returns the detector's own score that means this one */
export function ownScore(knots: ScoreKnots, common: number): number {
  return Math.max(0, along(knots, 1, 0, common));
}

function along(knots: ScoreKnots, from: 0 | 1, to: 0 | 1, value: number): number {
  const next = knots.findIndex((knot) => knot[from] > value);
  const after = next < 0 ? knots.length - 1 : Math.max(next, 1);
  const [a, b] = [knots[after - 1], knots[after]];
  if (!a || !b) return value;
  return a[to] + ((value - a[from]) / (b[from] - a[from])) * (b[to] - a[to]);
}
