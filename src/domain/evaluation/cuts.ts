import type { Interval } from '../types.js';

export interface CutAgreement {
  /** True boundaries that were found, in the order of the truth. */
  found: boolean[];
  /** Boundaries that were found where there is none, seconds. */
  surplus: number[];
}

/**
 * Holds found shot boundaries against the true ones, one to one and in order of time.
 * @param truth where each boundary lies: a moment for a cut (start = end), the whole blend for a dissolve; rising
 * @param tolerance_s how far outside a boundary may be found
 */
export function compareCuts(truth: readonly Interval[], found_s: readonly number[], tolerance_s: number): CutAgreement {
  const free = [...found_s].sort((a, b) => a - b);
  const found = truth.map(({ start_s, end_s }) => {
    const at = free.findIndex((t) => t >= start_s - tolerance_s - 1e-9 && t <= end_s + tolerance_s + 1e-9);
    if (at < 0) return false;
    free.splice(at, 1);
    return true;
  });
  return { found, surplus: free };
}
