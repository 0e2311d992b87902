/** Brings identities up to date when tracks come or go: clusters what a change touches, keeps ids durable. */
import { setImmediate as breathe } from 'node:timers/promises';
import { areTogether } from '../domain/co-visibility.js';
import { agglomerate, components, type JoinRules } from '../domain/clustering.js';
import { assignIdentities } from '../domain/identity-assignment.js';
import { newId } from '../domain/ids.js';
import { keepIdentities, massMerge } from '../domain/mass-merge.js';
import type { ScoredPairs, VectorSet } from '../domain/pairs.js';
import type { Interval } from '../domain/types.js';
import type { IdentityRow } from '../store/rows.js';
import type { FacePipeline } from '../vision/pipeline.js';

/** A track as clustering sees it. */
export interface GroupedTrack {
  track_id: string;
  video_id: string;
  vector: Float32Array;
  population_excess: number;
  quality: number;
  presence: readonly Interval[];
}

/** When two tracks may be one person. */
export interface JoinRule {
  /** Least average score, given how many people there are, how good the tracks are (0..1) and how many on either side (harmonic mean). */
  threshold(people: number, quality: number, tracks: number): number;
  /** Two tracks of one video that overlap by more than this are two people, seconds (about a sampling step). */
  overlap_s: number;
}

/** The part of the pipeline that compares many vectors. */
export type Comparer = Pick<FacePipeline, 'similarPairs' | 'scores'>;

export interface Regrouping {
  /** The identity rows that change, redirects of merged ones among them. */
  rows: IdentityRow[];
  /** Above 0 when the step was refused (domain/mass-merge): so many identities would have become one. Then no two were merged. */
  refused: number;
}

/** Milliseconds of work between two breaks for the event loop. */
const BREAK_MS = 15;

/**
 * Assigns new tracks to identities. Starting from the new tracks it floods through pairs at or above the threshold, clusters
 * what it reached (see domain/clustering, incremental clustering), and gives the clusters the ids they go on under.
 * @param old tracks of the library; @param fresh tracks that come in; @param held identities now, redirects included
 */
export async function regroup(old: readonly GroupedTrack[], fresh: readonly GroupedTrack[], held: readonly IdentityRow[], rule: JoinRule, compare: Comparer, now: string, signal?: AbortSignal): Promise<Regrouping> {
  const live = held.filter((h) => h.merged_into === null && h.track_ids.length > 0);
  // What is not reached under the lowest threshold there can be, can't be joined under any.
  const least = rule.threshold(Math.max(1, live.length), 0, 1) - allowances(Math.max(1, live.length), rule).most;
  const tracks = (await flood(old, fresh, live, least, compare, signal)).sort((a, b) => (a.track_id < b.track_id ? -1 : 1));
  const inside = new Set(tracks.map((t) => t.track_id));
  const touched = live.filter((h) => h.track_ids.some((t) => inside.has(t)));
  const grouped = async (keep: readonly IdentityRow[]) => (await group(tracks, live.length - touched.length, keep, least, rule, compare, signal)).map((g) => g.map((i) => (tracks[i] as GroupedTrack).track_id));
  const wanted = await grouped([]);
  const refused = massMerge(touched, wanted, live.length);
  const { clusters, redirects } = assignIdentities(touched, refused > 0 ? await grouped(touched) : wanted, () => newId('identity'));

  const before = new Map(held.map((h) => [h.identity_id, h]));
  const rows: IdentityRow[] = clusters.map((c) => {
    const was = before.get(c.identity_id);
    return {
      identity_id: c.identity_id, name: was?.name ?? null, track_ids: [...c.track_ids].sort(), merged_into: null,
      split_from: was?.split_from ?? c.split_from, created_at: was?.created_at ?? now, updated_at: now,
    };
  }).filter((row) => !sameTracks(row, before.get(row.identity_id)));
  for (const r of redirects) {
    const was = before.get(r.identity_id);
    if (was) rows.push({ ...was, track_ids: [], merged_into: r.merged_into, updated_at: now });
  }
  return { rows, refused };
}

function sameTracks(row: IdentityRow, was: IdentityRow | undefined): boolean {
  return was !== undefined && was.track_ids.length === row.track_ids.length && [...was.track_ids].sort().every((t, i) => t === row.track_ids[i]);
}

/**
 * The tracks that can change: the fresh ones and all they are connected with, each with all others of its identity. Those need not
 * be connected any more, since the threshold has risen with the library; left behind they would belong to nobody.
 */
async function flood(old: readonly GroupedTrack[], fresh: readonly GroupedTrack[], live: readonly IdentityRow[], least: number, compare: Comparer, signal?: AbortSignal): Promise<GroupedTrack[]> {
  const owners = ownersOf(live);
  let reached: GroupedTrack[] = [], frontier = fresh, rest = old;
  while (frontier.length > 0) {
    const people = new Set(frontier.flatMap((t) => owners.get(t.track_id) ?? []));
    const theirs = (t: GroupedTrack) => people.has(owners.get(t.track_id) ?? '');
    frontier = [...frontier, ...rest.filter(theirs)];
    rest = rest.filter((t) => !theirs(t));
    reached = [...reached, ...frontier];
    if (rest.length === 0) break;
    await breathe();
    const { j } = await compare.similarPairs(vectorSet(frontier), vectorSet(rest), least, signal);
    const hit = new Set(j);
    frontier = rest.filter((_, k) => hit.has(k));
    rest = rest.filter((_, k) => !hit.has(k));
  }
  return reached;
}

/** Which identity a track belongs to. */
function ownersOf(identities: readonly IdentityRow[]): Map<string, string> {
  return new Map(identities.flatMap((h) => h.track_ids.map((t) => [t, h.identity_id] as const)));
}

/**
 * Groups of indices, at the threshold for the number of people that grouping itself finds: two rounds settle it.
 * @param others people beside these tracks; @param keep identities that stay as they are
 */
async function group(tracks: readonly GroupedTrack[], others: number, keep: readonly IdentityRow[], least: number, rule: JoinRule, compare: Comparer, signal?: AbortSignal): Promise<number[][]> {
  const all = vectorSet(tracks), ownerOf = ownersOf(keep);
  const owners = tracks.map((t) => ownerOf.get(t.track_id));
  await breathe();
  const similar = await compare.similarPairs(all, all, least, signal);
  let groups: number[][] = tracks.map((_, i) => [i]);
  for (let round = 0; round < 2; round++) {
    const rules = rulesFor(tracks, others + groups.length, rule);
    const kept = keep.length > 0 ? keepIdentities(owners, rules, similar) : { rules, pairs: similar };
    groups = await groupAt(tracks, kept.pairs, kept.rules, compare, signal);
  }
  return groups;
}

async function groupAt(tracks: readonly GroupedTrack[], pairs: ScoredPairs, rules: JoinRules, compare: Comparer, signal?: AbortSignal): Promise<number[][]> {
  const connected = await breathing(components(tracks.length, pairs, rules), signal);
  const joined = new Set(connected.flat());
  const groups: number[][] = tracks.flatMap((_, i) => (joined.has(i) ? [] : [[i]]));
  for (const members of connected) {
    const set = vectorSet(members.map((m) => tracks[m] as GroupedTrack));
    groups.push(...await breathing(agglomerate(members, await compare.scores(set, signal), rules), signal));
  }
  return groups;
}

/** Runs something long to its end, with breaks for the event loop. */
async function breathing<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < BREAK_MS) continue;
    await breathe();
    signal?.throwIfAborted();
    since = performance.now();
  }
}

function rulesFor(tracks: readonly GroupedTrack[], people: number, rule: JoinRule): JoinRules {
  const at = (i: number) => tracks[i] as GroupedTrack;
  const base = rule.threshold(people, 0, 1), span = rule.threshold(people, 1, 1) - base;
  return {
    threshold: (i, j) => base + span * Math.sqrt(at(i).quality * at(j).quality),
    apart: (i, j) => areTogether(at(i), at(j), rule.overlap_s),
    weight: (i) => 0.1 + at(i).quality,
    ...allowances(people, rule),
  };
}

/** How much lower the bar is for groups than for single tracks, and how much at most. */
function allowances(people: number, rule: JoinRule): Pick<JoinRules, 'allowance' | 'most'> {
  const single = rule.threshold(people, 1, 1);
  // Beyond this the harmonic mean changes next to nothing.
  const table = Array.from({ length: 200 }, (_, k) => single - rule.threshold(people, 1, 1 + k / 10));
  const allowance = (a: number, b: number) => table[Math.min(table.length - 1, Math.round(10 * ((2 * a * b) / (a + b) - 1)))] ?? 0;
  return { allowance, most: Math.max(...table) };
}

function vectorSet(tracks: readonly GroupedTrack[]): VectorSet {
  const d = tracks[0]?.vector.length ?? 0;
  const set: VectorSet = { vectors: new Float32Array(tracks.length * d), means: Float32Array.from(tracks, (t) => t.population_excess) };
  tracks.forEach((t, i) => set.vectors.set(t.vector, i * d));
  return set;
}
