/** Groups tracks into people, at the bars for the number of people that grouping itself finds. */
import { at } from '../../domain/at.js';
import { chunks } from '../../domain/chunks.js';
import { scoreAtFar, type Calibration, type CalibrationModel } from '../../domain/scores/calibration-model.js';
import { indicesByVideo } from '../../domain/people/co-visibility.js';
import { areTwo } from '../../domain/people/twice-in-picture.js';
import { agglomerate, components, mightJoin } from '../../domain/grouping/clustering.js';
import type { JoinRules, LinearRules } from '../../domain/grouping/join-rules.js';
import { areSurelyOne, linkSparse } from '../../domain/grouping/sparse-clustering.js';
import {
  evidenceNeeded,
  evidenceZero,
  joinOdds,
  largestAllowance,
  lowestBar,
  oddsTimes,
  unread,
  type JoinEvidence,
} from '../../domain/grouping/join-evidence.js';
import { COHORT_SHARE, cohortExcess, isCohort, nthOf } from '../../domain/grouping/library-cohort.js';
import type { ComparedFace } from '../../domain/scores/normalised-score.js';
import type { Constraints } from '../../domain/edits/edits.js';
import { holdEdits } from '../../domain/edits/held-edits.js';
import { keepIdentities } from '../../domain/grouping/mass-merge.js';
import type { ScoredPairs, VectorSet } from '../../domain/grouping/scored-pairs.js';
import { breathe, breathing } from '../breathing.js';
import { cohortOf, type Crowd, crowdBySample, crowdOf, sampleOf } from './crowd.js';
import { groupMany, groupWithin } from './group-many.js';
import { type ComparedRow, Comparing, rowsIn, SharedRoom } from './comparing.js';
import { inTurns } from './near-groups.js';
import type { StagedTrack } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { FacePipeline } from '../../vision/pipeline.js';

/** A track as clustering sees it: what is known of it before its pictures are stored. */
export type GroupedTrack = StagedTrack;

/** When two tracks may be one person. */
export interface JoinRule {
  /** What scores are worth. */
  evidence: JoinEvidence;
  /** See cohortExcess. */
  ordinary: number;
  /** Two tracks of one video that overlap by more than this are two people, seconds (about a sampling step). */
  overlap_s: number;
  /** Nobody is linked across videos (setting linkPeople). */
  eachVideoApart: boolean;
  /** What decides about people who were enrolled (see recognise). */
  model: CalibrationModel & Partial<Calibration>;
}

/** The rule of a calibration. */
export function joinRule(
  model: CalibrationModel & Partial<Calibration>,
  overlap_s: number,
  { linkPeople } = { linkPeople: true },
): JoinRule {
  const { evidence } = model;
  return { evidence, ordinary: scoreAtFar(model, COHORT_SHARE), overlap_s, eachVideoApart: !linkPeople, model };
}

/** The part of the pipeline that compares many vectors. */
export type Comparer = Pick<FacePipeline, 'similarPairs' | 'nearest' | 'scores'>;

/** Tracks of one component whose scores are held as a matrix; more are joined without one. */
const MOST_IN_MATRIX = 500;
/** Share of the pairs of a component, of its size squared, that are alike where it is still joined without one. */
const MOST_ALIKE = 0.05;
/** Pairs looked at between two breaks. */
const STRETCH = 1 << 14;
/** Tracks that are compared with the cohort at once: bounds memory. */
const ROWS = 8192;
/** How tracks are grouped of which there are too many to compare all pairs. */
export interface Many {
  /** More tracks than this are. */
  from: number;
  /** So many are joined before they meet others. */
  portion: number;
  /** Of so many it is looked at how many people there are and what they look like. */
  sample: number;
}
const MANY: Many = { from: 20_000, portion: 8192, sample: 20_000 };
/** Log of people found ÷ people expected from which on they are grouped once more: a bar rises by 0.01 or so. */
const UNLIKE = 0.4;

/**
 * Groups of indices. A first round tells how many people there are and what they look like; the second decides by that.
 * @param others people beside these tracks; @param keep identities that stay as they are
 * @param edits decisions that are held whatever scores say
 * @param many see group-many
 */
export async function groupTracks(
  tracks: readonly GroupedTrack[],
  others: Crowd,
  keep: readonly IdentityRow[],
  rule: JoinRule,
  compare: Comparer,
  signal?: AbortSignal,
  edits?: Constraints,
  many = MANY,
): Promise<number[][]> {
  const ownerOf = ownersOf(keep),
    isMany = tracks.length > many.from;
  const round = async (seen: readonly GroupedTrack[], pairs: readonly ScoredPairs[], here: Crowd) => {
    const ids = seen.map((t) => t.track_id);
    const free = { rules: rulesFor(seen, others, here, rule), pairs };
    const held = edits ? holdEdits(ids, edits, free.rules, pairs) : free;
    const owners = ids.map((id) => ownerOf.get(id));
    const kept = keep.length > 0 ? keepIdentities(owners, held.rules, held.pairs) : held;
    const { linear } = kept.rules;
    if (isMany && linear) return groupMany(seen, kept.pairs, { ...kept.rules, linear }, many.portion, compare, signal);
    return groupAt(seen, kept.pairs, kept.rules, compare, signal);
  };
  // What is not reached under the lowest bar for so many people, can't be joined where there are no fewer.
  const pairsAmong = async (seen: readonly GroupedTrack[], people: number) =>
    isMany ? [] : pairsToJoin(seen, lowestBar(people, rule.evidence), rule, compare, signal);
  await breathe(signal);
  const pairs = await pairsAmong(tracks, others.library + tracks.length);
  const nobodyKnown = crowdOf(tracks.map((t) => [t]));
  await breathe(signal);
  const of = (indices: readonly number[]) => indices.map((i) => at(tracks, i));
  const among = async (indices: readonly number[], group: (seen: GroupedTrack[]) => Promise<number[][]>) =>
    (await group(of(indices))).map((g) => g.map((k) => at(indices, k)));
  const { sample, rest } = sampleOf(tracks, isMany ? many.sample : Infinity);
  const known = await among(sample, (seen) => round(seen, pairs, nobodyKnown)),
    apart = await among(rest, (seen) =>
      groupWithin(seen, rulesFor(seen, others, nobodyKnown, rule), many.portion, compare, signal),
    );
  const here = crowdBySample(known.map(of), apart.map(of));
  await breathe(signal);
  const cohort = cohortOf(here, others);
  const people = others.library + here.library;
  const adjusted = isCohort(cohort.length)
    ? await amongThese(tracks, [...known, ...apart], cohort, rule, compare, signal)
    : tracks;
  const groups = await round(adjusted, await pairsAmong(adjusted, people), here);
  // A sample may grow unlike the whole, as where the same few are seen in more and more videos.
  if (rest.length === 0 || Math.abs(Math.log(groups.length / here.library)) < UNLIKE) return groups;
  return round(adjusted, [], { ...here, library: groups.length });
}

/**
 * How much less than ordinary what a track scores with the people of the library may come out: a library of very unlike
 * people lowers no bar.
 */
const BELOW_ORDINARY = 0.05;

/**
 * Tracks less alike to anyone the more alike they are to the people of the library (domain/grouping/library-cohort).
 */
async function amongThese(
  tracks: readonly GroupedTrack[],
  groups: readonly (readonly number[])[],
  cohort: readonly GroupedTrack[],
  { ordinary }: JoinRule,
  compare: Comparer,
  signal?: AbortSignal,
): Promise<GroupedTrack[]> {
  const least = ordinary - BELOW_ORDINARY;
  const groupOf = new Map(groups.flatMap((g, k) => g.map((t) => [at(tracks, t).track_id, k] as const)));
  const own = tracks.map((t) => groupOf.get(t.track_id)),
    theirs = cohort.map((t) => groupOf.get(t.track_id));
  const itself = new Set(theirs);
  await breathe(signal);
  const adjusted: GroupedTrack[][] = [],
    comparing = new Comparing(compare, signal),
    rooms: SharedRoom[] = [];
  const faces = new SharedRoom().hold(cohort.map(asRow)),
    theirFaces = Array.from(cohort, (_, c) => c);
  await inTurns([...[...chunks(tracks, ROWS)].entries()], async ([p, some]) => {
    const room = rooms.pop() ?? new SharedRoom();
    const rows = rowsIn(
      room.hold(some.map(asRow)),
      some.map((_, r) => r),
    );
    // Everybody has one face in the cohort: of one more than are looked at, one may be the track's own.
    await comparing.nearest(rows, rowsIn(faces, theirFaces), nthOf(cohort.length) + 1, (found) => {
      adjusted[p] = some.map((track, r) => {
        const group = own[p * ROWS + r];
        const scores: number[] = [];
        for (let c = r * found.k; c < (r + 1) * found.k; c++)
          if (group !== theirs[found.at[c] ?? -1]) scores.push(found.score[c] ?? 0);
        const excess = cohortExcess(scores, cohort.length - (itself.has(group) ? 1 : 0), ordinary, least);
        return { ...track, population_excess: track.population_excess + excess };
      });
    });
    rooms.push(room);
    await breathe(signal);
  });
  return adjusted.flat();
}

function asRow({ vector, population_excess }: ComparedFace): ComparedRow {
  return { centroid: vector, excess: population_excess };
}

/** Which identity a track belongs to. */
export function ownersOf(identities: readonly IdentityRow[]): Map<string, string> {
  return new Map(identities.flatMap((h) => h.track_ids.map((t) => [t, h.identity_id] as const)));
}

/**
 * What may be joined: pairs across videos at the lowest bar of the library, those within a video at that of a video
 * with one person.
 */
async function pairsToJoin(
  tracks: readonly GroupedTrack[],
  least: number,
  { evidence }: JoinRule,
  compare: Comparer,
  signal?: AbortSignal,
): Promise<ScoredPairs[]> {
  const all = vectorSet(tracks);
  const found = [await compare.similarPairs(all, all, least, signal)],
    within = lowestBar(1, evidence);
  // In a library of one person or none those are among them.
  if (within >= least) return found;
  for (const indices of indicesByVideo(tracks).values()) {
    if (indices.length < 2) continue;
    const set = vectorSet(indices.map((i) => at(tracks, i)));
    const { i, j, score } = await compare.similarPairs(set, set, within, signal);
    found.push({ i: i.map((k) => indices[k] ?? -1), j: j.map((k) => indices[k] ?? -1), score });
  }
  return found;
}

async function groupAt(
  tracks: readonly GroupedTrack[],
  pairs: readonly ScoredPairs[],
  rules: JoinRules,
  compare: Comparer,
  signal?: AbortSignal,
): Promise<number[][]> {
  const connected = await breathing(components(tracks.length, pairs, rules), signal);
  const joined = new Set(connected.flat());
  const groups: number[][] = tracks.flatMap((_, i) => (joined.has(i) ? [] : [[i]]));
  const { linear } = rules;
  const large = linear
    ? await breathing(sparseOf(tracks.length, connected, pairs, linear), signal)
    : new Set<number[]>();
  const sparse = new Map<number, number[]>();
  if (linear && large.size > 0) {
    const steps = linkSparse(vectorSet(tracks), among([...large], pairs, { ...rules, linear }), {
      ...rules,
      ...linear,
    });
    for (const group of await breathing(steps, signal)) for (const member of group) sparse.set(member, group);
  }
  for (const members of connected) {
    if (large.has(members)) {
      // In the order of a matrix: who is picked for the cohort goes by it.
      for (const m of members) if ((sparse.get(m)?.[0] ?? m) === m) groups.push(sparse.get(m) ?? [m]);
      continue;
    }
    const set = vectorSet(members.map((m) => at(tracks, m)));
    groups.push(...(await breathing(agglomerate(members, await compare.scores(set, signal), rules), signal)));
  }
  return groups;
}

/**
 * Components that are joined without a matrix: large, and few of their pairs alike. Where most are, as of one person
 * seen thousands of times, a list of pairs takes more than all of them.
 */
function* sparseOf(
  tracks: number,
  connected: readonly number[][],
  pairs: readonly ScoredPairs[],
  linear: Pick<LinearRules, 'sure'>,
): Generator<void, Set<number[]>> {
  const component = new Int32Array(tracks).fill(-1),
    alike = connected.map(() => 0);
  for (const [c, members] of connected.entries())
    if (members.length > MOST_IN_MATRIX) for (const m of members) component[m] = c;
  for (const { i, j } of pairs)
    for (let k = 0; k < i.length; k++) {
      const c = component[i[k] ?? -1] ?? -1;
      const [a, b] = [i[k] ?? -1, j[k] ?? -1];
      if (c >= 0 && a < b && !areSurelyOne(a, b, linear)) alike[c] = (alike[c] ?? 0) + 1;
      if (k % STRETCH === 0) yield;
    }
  return new Set(
    connected.filter(
      (members, c) => members.length > MOST_IN_MATRIX && (alike[c] ?? 0) < MOST_ALIKE * members.length ** 2,
    ),
  );
}

/** Of the pairs those that might be joined, of tracks of these components; not many at a time. */
function* among(
  connected: readonly (readonly number[])[],
  pairs: readonly ScoredPairs[],
  rules: JoinRules & { linear: Pick<LinearRules, 'sure'> },
): Generator<ScoredPairs> {
  const { linear } = rules;
  const members = new Set(connected.flat()),
    known = new Set<number>();
  for (const { i, j, score } of pairs)
    for (let from = 0; from < i.length; from += STRETCH) {
      const kept: number[] = [];
      for (let k = from; k < Math.min(from + STRETCH, i.length); k++) {
        const a = i[k] ?? -1,
          b = j[k] ?? -1;
        if (a >= b || !members.has(a)) continue;
        if (areSurelyOne(a, b, linear)) {
          // One pair that makes each known is enough.
          if (known.has(a) && known.has(b)) continue;
          known.add(a).add(b);
        } else if (!mightJoin(a, b, score[k] ?? 0, rules)) continue;
        kept.push(k);
      }
      const of = (column: Int32Array) => Int32Array.from(kept, (k) => column[k] ?? -1);
      yield { i: of(i), j: of(j), score: Float32Array.from(kept, (k) => score[k] ?? 0) };
    }
}

function rulesFor(
  tracks: readonly GroupedTrack[],
  others: Crowd,
  here: Crowd,
  { evidence, overlap_s }: JoinRule,
): JoinRules & { linear: NonNullable<JoinRules['linear']> } {
  const seen = (i: number) => at(tracks, i);
  const base = evidenceZero(evidence, 0),
    span = evidenceZero(evidence, 1) - base;
  const library = joinOdds(others.library + here.library);
  const videos = new Map(
    [...here.videos].map(([id, people]) => [id, joinOdds(people + (others.videos.get(id) ?? 0))] as const),
  );
  const names = [...new Set(tracks.map((t) => t.video_id))],
    numbers = new Map(names.map((id, n) => [id, n])),
    places = Int32Array.from(tracks, (t) => numbers.get(t.video_id) ?? -1),
    within = names.map((id) => videos.get(id) ?? library);
  const oddsOf = (i: number, j: number): number =>
    places[i] === places[j] ? (within[places[i] ?? -1] ?? library) : library;
  return {
    zero: (i, j) => base + span * Math.sqrt(seen(i).quality * seen(j).quality),
    odds: (i, j) => oddsOf(i, j) * oddsTimes(evidence, unread(seen(i).quality) * unread(seen(j).quality)),
    needed: (odds, a, b) => evidenceNeeded(evidence, odds, a, b),
    most: (odds) => largestAllowance(evidence, odds),
    apart: (i, j) => areTwo(seen(i), seen(j), overlap_s),
    weight: (i) => 0.1 + seen(i).quality,
    linear: {
      base,
      span,
      quality: (i) => seen(i).quality,
      place: (i) => places[i] ?? -1,
      isBound: () => false,
      oddsIn: (place) => within[place] ?? library,
      oddsBetween: library,
      flatter: evidence.flatter ?? 0,
      unread: (i) => unread(seen(i).quality),
      atOnce: [],
      sure: null,
    },
  };
}

export function vectorSet(tracks: readonly ComparedFace[]): VectorSet {
  const d = tracks[0]?.vector.length ?? 0;
  const set: VectorSet = {
    vectors: new Float32Array(tracks.length * d),
    excess: Float32Array.from(tracks, (t) => t.population_excess),
  };
  tracks.forEach((t, i) => set.vectors.set(t.vector, i * d));
  return set;
}
