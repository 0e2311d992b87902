import type { Interval } from '../../src/domain/types.js';

export interface CutAgreement {
  /** True boundaries that were found, in the order of the truth. */
  found: boolean[];
  /** Boundaries that were found where there is none, seconds. */
  surplus: number[];
  /** How many more than one were found at a true boundary: a frame blended of both shots may be a shot of its own. */
  repeated: number;
}

/**
 * Holds found shot boundaries against the true ones, one to one and in order of time.
 * @param truth where each boundary lies: a moment for a cut (start = end), the whole blend for a dissolve; rising
 * @param tolerance_s how far outside a boundary may be found
 */
export function compareCuts(truth: readonly Interval[], found_s: readonly number[], tolerance_s: number): CutAgreement {
  const free = [...found_s].sort((a, b) => a - b);
  const fits = ({ start_s, end_s }: Interval, t: number) =>
    t >= start_s - tolerance_s - 1e-9 && t <= end_s + tolerance_s + 1e-9;
  const found = truth.map((boundary) => {
    const at = free.findIndex((t) => fits(boundary, t));
    if (at < 0) return false;
    free.splice(at, 1);
    return true;
  });
  const surplus = free.filter((t) => !truth.some((boundary) => fits(boundary, t)));
  return { found, surplus, repeated: free.length - surplus.length };
}
