/** Pairs of faces whose truth is known, wherever they come from. */
import type { CalibrationReport } from '../answers/calibration-report.js';
import type { LabelledScore } from '../../domain/scores/fit-calibration.js';

/** A pair that was scored, under the names of its two sides. */
export interface NamedPair extends LabelledScore {
  a: string;
  b: string;
}

export interface FoundPairs {
  source: CalibrationReport['source'];
  /** What they are, in words: part of what a decision says of its calibration. */
  name: string;
  pairs: NamedPair[];
  /** How many of them people said in edits. */
  from_edits?: { genuine: number; impostor: number };
  unusable: CalibrationReport['unusable'];
  warnings: string[];
}
