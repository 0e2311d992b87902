/** What decides whether tracks are one person, beside how they score. */

/** What decides about a pair of tracks beside its score. */
export interface JoinRules {
  /** Score of a pair that speaks neither way. */
  zero(i: number, j: number): number;
  /** Log odds that the evidence for a pair must outweigh. */
  odds(i: number, j: number): number;
  /**
   * How far above zero the average score of groups of a and b tracks must be, whose pairs have such odds on average.
   */
  needed(odds: number, a: number, b: number): number;
  /** How much lower than for single tracks that is at most. */
  most(odds: number): number;
  /** True when two tracks can't be one person (on screen at the same moment in the same video). */
  apart(i: number, j: number): boolean;
  /** How much a track counts in averages, > 0. */
  weight(i: number): number;
  /** The same in a form that needs no matrix (see sparse-clustering.ts); without it there is one of any number. */
  linear?: Omit<LinearRules, 'needed' | 'apart' | 'weight'>;
}

/** Rules whose pairs are linear in either track: zero is base + span × √quality × √quality, odds are by place. */
export interface LinearRules extends Pick<JoinRules, 'needed' | 'apart' | 'weight'> {
  base: number;
  span: number;
  quality(i: number): number;
  /** Where a track is seen: the number of its video. */
  place(i: number): number;
  /** Whether a track may be kept apart from some that are seen elsewhere: edits speak of it, or somebody owns it. */
  isBound(i: number): boolean;
  /** Odds of two tracks seen in one place, and of any others, before how well they are seen. */
  oddsIn(place: number): number;
  oddsBetween: number;
  /** Odds count 1 + flatter × what is unread of either track times. */
  flatter: number;
  unread(i: number): number;
  /** By track, each list: those of one owner are put together first, unless kept apart. */
  atOnce: readonly (readonly (string | undefined)[])[];
  /** One of those lists of which nothing keeps tracks of one owner apart: pairs of them need not be looked at. */
  sure: readonly (string | undefined)[] | null;
}
