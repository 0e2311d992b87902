/** What a manifest holds of a measured number: no more than was measured. */
export function fourDigits(x: number): number {
  return Number(x.toPrecision(4));
}
