/** Pairs of faces whose truth is known, wherever they come from. */
import type { CalibrationReport } from '../answers/calibration-report.js';
import type { ScoredPair } from '../../domain/scores/fit-calibration.js';

/** A pair that was scored, under the names of its two sides. */
export interface NamedPair extends ScoredPair {
  a: string;
  b: string;
}

export interface FoundPairs {
  source: CalibrationReport['source'];
  /** What they are, in words: part of what a decision says of its calibration. */
  name: string;
  pairs: NamedPair[];
  unusable: CalibrationReport['unusable'];
  warnings: string[];
}

/** Says how far a count of things is, and how long the rest will take. */
export function countProgress(
  onProgress: ((progress: { fraction: number; stage: string; eta_s: number | null }) => void) | undefined,
  all: number,
  what: string,
): (done: number) => void {
  const began = performance.now();
  return (done) => {
    const elapsed_s = (performance.now() - began) / 1000;
    onProgress?.({
      fraction: all > 0 ? done / all : 1,
      stage: `${done} of ${all} ${what}`,
      eta_s: done > 0 ? (elapsed_s / done) * (all - done) : null,
    });
  };
}
