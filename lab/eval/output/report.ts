/** What an evaluation says: rows of a table and curves. */

/** One row. */
export interface Measure {
  /** What was measured on: "LFW", "hard/blur.mp4". */
  set: string;
  /** Under which condition: a score, a subgroup, a method. Empty where there is only one. */
  condition: string;
  measure: string;
  value: number;
  /** How the value is to be read; seconds and counts as they are. */
  unit: 'share' | 'score' | 'count' | 'seconds';
  /** 95 % interval, where one is known. */
  interval?: readonly [low: number, high: number] | undefined;
  /** How many trials it rests on: pairs, pictures, people, seconds. */
  n?: number | undefined;
}

/** A curve to draw. */
export interface Curve {
  title: string;
  x: { label: string; log: boolean };
  y: { label: string };
  series: { name: string; points: (readonly [x: number, y: number])[] }[];
}

/** What one section measured. */
export interface SectionReport {
  section: string;
  measures: Measure[];
  curves: Curve[];
  /** What was asked for and could not be measured, and why. */
  left_out: { what: string; why: string }[];
  wall_s: number;
}

/** All of it, as saved with --json. */
export interface EvaluationReport {
  version: string;
  pack: string;
  /** What the pack's thresholds were chosen on: figures of the same set flatter them. */
  calibrated_on: string;
  made_at: string;
  machine: string;
  /** How many faces were cut and embedded in this run, and how many came from an earlier one's cache. */
  faces: { fresh: number; cached: number };
  sections: SectionReport[];
}
