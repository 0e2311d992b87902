/** How what failed is tried again where nothing was wrong with it, as when Redis or the library is out of reach. */

/** So often; with the pauses between, about ten minutes. */
export const TRIES = 22;

/** How long to wait before the try after so many, milliseconds: 1, 2, 4 … 30 s. */
export function pauseAfter(tries: number): number {
  return Math.min(1000 * 2 ** (tries - 1), 30_000);
}
