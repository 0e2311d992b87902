/**
 * Which question about who is who is worth asking first: each candidate's chance, from the same evidence that grouping
 * goes by, times what the answer would put right.
 */
import { type ComparedFace, scoreOf } from '../scores/normalised-score.js';
import { evidenceZero, type JoinEvidence, leastNeeded } from '../grouping/join-evidence.js';
import { type MeanFace, trackWeight } from './mean-face.js';

/** A track as it is compared. */
export interface WeighedFace extends ComparedFace {
  /** 0..1. */
  quality: number;
}

/** Somebody, as the mean of their tracks. */
export interface Profile extends ComparedFace {
  tracks: number;
  quality: number;
}

/** Two groups of tracks: whether they are one person. */
export interface Question {
  /** Mean score over all pairs of tracks of the two. */
  score: number;
  /** That the answer changes something: that they are one, or, of a split, two. */
  chance: number;
  /**
   * Tracks that the answer is expected to put right: the chance times 2ab ÷ (a + b), by which BCubed recall (of a
   * merge) or precision (of a split), summed over tracks, would grow.
   */
  gain: number;
}

/** Tracks of one person that are looked at for a split, the best: of them alone the chance is the same. */
export const LOOKED_AT = 150;
const ROUNDS = 4;

/** The mean of tracks, weighted by quality; its vector is shorter than 1 where they differ. */
export function profileOf(tracks: readonly WeighedFace[]): Profile {
  const vector = new Float32Array(tracks[0]?.vector.length ?? 0);
  let weights = 0,
    population_excess = 0,
    quality = 0;
  for (const t of tracks) {
    const w = trackWeight(t.quality);
    weights += w;
    population_excess += w * t.population_excess;
    quality += w * t.quality;
    for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] ?? 0) + w * (t.vector[k] ?? 0);
  }
  for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] ?? 0) / weights;
  return { vector, population_excess: population_excess / weights, quality: quality / weights, tracks: tracks.length };
}

/**
 * Log odds against two being one person before their scores are seen. Whoever comes out most alike is not anybody
 * picked from the library: half of what that would be (chosen on a made-up crowd, docs/evaluation.md).
 */
function against(people: number): number {
  return Math.log(Math.max(1, people)) / 2;
}

/** As much of a group of tracks as weighs a score with it. */
type Weight = Pick<Profile, 'tracks' | 'quality'>;

/** Log odds that two groups are one person, where there are so many people. */
function logOdds(score: number, a: Weight, b: Weight, people: number, evidence: JoinEvidence): number {
  const many = 1 - (a.tracks + b.tracks) / (2 * a.tracks * b.tracks);
  const above = score - evidenceZero(evidence, Math.sqrt(a.quality * b.quality)) - evidence.rise * many;
  return evidence.slope * (1 + evidence.steeper * many) * above - against(people);
}

/**
 * Are these two one person? @param atOnce they are in one picture: faces can't tell whether it is one person
 * twice, or two who look alike, so the chance is half of what they say.
 */
export function mergeQuestion(
  a: Profile,
  b: Profile,
  people: number,
  evidence: JoinEvidence,
  atOnce = false,
): Question {
  const score = scoreOf(a, b);
  const chance = (atOnce ? 0.5 : 1) / (1 + Math.exp(-logOdds(score, a, b, people, evidence)));
  return { score, chance, gain: chance * atStake(a.tracks, b.tracks) };
}

/** Whether somebody is two, and which tracks are the other's, as indices: the smaller side. */
export type SplitQuestion = Question & { part: number[] };

/** Tracks looked at between two breaks. */
const STRETCH = 256;

/** What asking whether somebody of so many tracks is two gains at most: nothing puts more right than halves. */
export function mostSplitGain(tracks: number): number {
  return atStake(tracks / 2, tracks / 2);
}

/**
 * Is this person two? The likeliest cut: from the two tracks least alike, each other one goes to the nearer side. In
 * steps, so that others have their turn.
 * @returns null for a single track
 */
export function* splitQuestion(
  tracks: readonly WeighedFace[],
  evidence: JoinEvidence,
): Generator<void, SplitQuestion | null> {
  const looked = tracks
    .map((t, i) => ({ t, i }))
    .sort((x, y) => y.t.quality - x.t.quality || x.i - y.i)
    .slice(0, LOOKED_AT);
  const cut = yield* cutOf(looked.map(({ t }) => t));
  if (!cut) return null;
  const sides = [true, false].map((side) => profileOf(looked.filter((_, k) => cut[k] === side).map(({ t }) => t)));
  const [a, b] = sides;
  if (!a || !b) return null;
  // Those that were not looked at go to the nearer side.
  const inA = new Set(looked.filter((_, k) => cut[k]).map(({ i }) => i));
  const seen = new Set(looked.map(({ i }) => i));
  for (const [i, t] of tracks.entries()) {
    if (i % STRETCH === 0) yield;
    if (!seen.has(i) && scoreOf(t, a) >= scoreOf(t, b)) inA.add(i);
  }
  const part = tracks.flatMap((_, i) => (inA.has(i) === inA.size * 2 <= tracks.length ? [i] : []));
  // Two tracks that grouping joined are not any two of the library: the odds before looking at the cut are even.
  const score = scoreOf(a, b);
  const chance = 1 / (1 + Math.exp(logOdds(score, a, b, 1, evidence)));
  return { score, chance, gain: chance * atStake(part.length, tracks.length - part.length), part };
}

/** Two sides of tracks, neither empty; null when there are less than two. */
function* cutOf(tracks: readonly WeighedFace[]): Generator<void, boolean[] | null> {
  let seeds: readonly [WeighedFace, WeighedFace] | null = null,
    least = Infinity;
  for (const [i, x] of tracks.entries()) {
    yield;
    for (const y of tracks.slice(i + 1)) {
      const s = scoreOf(x, y);
      if (s < least) [least, seeds] = [s, [x, y]];
    }
  }
  if (!seeds) return null;
  let sides: [ComparedFace, ComparedFace] = [...seeds];
  let cut: boolean[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    yield;
    const [p, q] = sides;
    const next = tracks.map((t) => t === seeds[0] || (t !== seeds[1] && scoreOf(t, p) >= scoreOf(t, q)));
    if (next.every((side, k) => side === cut[k])) break;
    cut = next;
    sides = [profileOf(tracks.filter((_, k) => cut[k])), profileOf(tracks.filter((_, k) => !cut[k]))];
  }
  return cut;
}

/**
 * What is put right when groups of a and b tracks that are one become one, or that are two become two: more, the more
 * either has.
 */
export function atStake(a: number, b: number): number {
  return (2 * a * b) / (a + b);
}

/** A question less likely than this to be answered yes is not asked. */
export const LEAST_CHANCE = 0.05;

/**
 * The mean score below which no two people are one with that chance, however good and many their tracks are. Some pair
 * of their tracks scores as much.
 */
export function leastToAsk(people: number, evidence: JoinEvidence, chance = LEAST_CHANCE): number {
  const odds = Math.log(chance / (1 - chance)) + against(people);
  return Math.min(evidenceZero(evidence, 0), evidenceZero(evidence, 1)) + leastNeeded(evidence, odds);
}

/** Somebody's mean, as far as it tells what a question about them can gain. */
export type MeanTracks = Pick<MeanFace, 'tracks' | 'weight'>;

/**
 * What asking whether two are one person can gain at most, from their means alone; 0 where it is not asked. Of quality
 * they say the plain mean; what counts is the mean weighted as their vectors are, which is no lower.
 * @param score of the two means
 */
export function mostGain(score: number, a: MeanTracks, b: MeanTracks, people: number, evidence: JoinEvidence): number {
  const [one, other] = [atBest(a, evidence), atBest(b, evidence)];
  const chance = 1 / (1 + Math.exp(-logOdds(score, one, other, people, evidence)));
  return chance < LEAST_CHANCE ? 0 : chance * atStake(a.tracks, b.tracks);
}

function atBest({ tracks, weight }: MeanTracks, { poor }: JoinEvidence): Weight {
  return { tracks, quality: poor < 0 ? 1 : Math.max(0, weight / tracks - trackWeight(0)) };
}

/** The quality of somebody's tracks as their profile has it. */
export function qualityOfMany(qualities: readonly number[]): number {
  let weights = 0,
    sum = 0;
  for (const q of qualities) {
    weights += trackWeight(q);
    sum += trackWeight(q) * q;
  }
  return weights > 0 ? sum / weights : 0;
}
