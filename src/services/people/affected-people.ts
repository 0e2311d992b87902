/**
 * What new tracks can change in a large library. A flood through all pairs that might be joined would reach most of
 * one: so many tracks have somebody a little like them. A new track meets people instead: it changes somebody of whom
 * it might be by the mean of all their tracks, and nobody through others.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { groupBy } from '../../domain/group-by.js';
import type { Constraints } from '../../domain/edits/edits.js';
import { spreadOver } from '../../domain/grouping/library-cohort.js';
import { dot } from '../../domain/vectors.js';
import type { IdentityRow } from '../../store/rows.js';
import type { Followers } from './sample-tracks.js';
import { type Comparer, type GroupedTrack, ownersOf, vectorSet } from '../grouping/group-tracks.js';

/** Tracks that are compared at once: bounds memory. */
const BLOCK = 8192;
/** Somebody of so few tracks is reached by any of them; of others the mean may be so much below the lowest bar. */
const FEW = 3,
  SLACK = 0.1;
/** Tracks of one person that are grouped anew; the others go where most of these go. */
const SAMPLE = 64;

export interface Reached {
  /** To be grouped, the fresh ones among them. */
  tracks: GroupedTrack[];
  followers: Followers[];
}

/** Tracks that join a library. */
export interface Coming {
  /** Tracks of the library. */
  old: readonly GroupedTrack[];
  /** Tracks that come in. */
  fresh: readonly GroupedTrack[];
  compare: Comparer;
  signal?: AbortSignal | undefined;
  /** Decisions that are held. */
  edits?: Pick<Constraints, 'homes' | 'barred'> | undefined;
}

/** @param least score below which no two tracks are joined. Whom edits speak of is looked at whole. */
export async function reachPeople(
  { old, fresh, compare, signal, edits }: Coming,
  live: readonly IdentityRow[],
  least: number,
): Promise<Reached> {
  const owner = ownersOf(live);
  const theirs = groupBy(old, ({ track_id }) => owner.get(track_id) ?? track_id);
  const met = new Set(fresh.flatMap((t) => owner.get(t.track_id) ?? []));
  for (const [id, like] of await likeThem(old, fresh, owner, least, compare, signal)) {
    const tracks = theirs.get(id) ?? [];
    if (
      tracks.length <= FEW ||
      isLike(
        tracks,
        [...like].flatMap((i) => fresh[i] ?? []),
        least - SLACK,
      )
    )
      met.add(id);
  }
  const videos = new Set(fresh.map((t) => t.video_id));
  const isSpokenOf = ({ track_id }: GroupedTrack) =>
    edits !== undefined && (edits.homes.has(track_id) || edits.barred.has(track_id));
  const tracks = [...fresh];
  const followers: Reached['followers'] = [];
  for (const id of met) {
    const own = theirs.get(id) ?? [];
    const whole = own.length <= SAMPLE || own.some((t) => videos.has(t.video_id) || isSpokenOf(t));
    const some = whole ? own : spreadOver(own, SAMPLE);
    for (const track of some) tracks.push(track);
    if (whole) continue;
    const sampled = new Set(some);
    followers.push({
      of: some.map((t) => t.track_id),
      track_ids: own.flatMap((t) => (sampled.has(t) ? [] : [t.track_id])),
    });
  }
  return { tracks, followers };
}

/** Clusters with those who follow. */
export function withFollowers(clusters: readonly (readonly string[])[], followers: Reached['followers']): string[][] {
  const all = clusters.map((cluster) => [...cluster]);
  if (followers.length === 0) return all;
  const place = new Map(clusters.flatMap((cluster, k) => cluster.map((t) => [t, k] as const)));
  for (const { of, track_ids } of followers) {
    const counts = new Map<number, number>();
    for (const t of of) {
      const k = place.get(t);
      if (k !== undefined) counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    for (const t of track_ids) all[most?.[0] ?? 0]?.push(t);
  }
  return all;
}

/** Places in `fresh` of the tracks that are like any track of somebody, by identity. */
async function likeThem(
  old: readonly GroupedTrack[],
  fresh: readonly GroupedTrack[],
  owner: ReadonlyMap<string, string>,
  least: number,
  compare: Comparer,
  signal?: AbortSignal,
): Promise<Map<string, Set<number>>> {
  const like = new Map<string, Set<number>>();
  for (let from = 0; from < old.length; from += BLOCK) {
    const some = old.slice(from, from + BLOCK);
    const { i, j } = await compare.similarPairs(vectorSet(fresh), vectorSet(some), least, signal);
    for (let k = 0; k < i.length; k++) {
      const track_id = some[j[k] ?? -1]?.track_id ?? '';
      const id = owner.get(track_id) ?? track_id,
        at = i[k] ?? -1;
      const held = like.get(id);
      if (held) held.add(at);
      else like.set(id, new Set([at]));
    }
    await breathe();
  }
  return like;
}

/** Whether any of `some` scores so much with the tracks of somebody, in the mean. */
function isLike(tracks: readonly GroupedTrack[], some: readonly GroupedTrack[], least: number): boolean {
  const mean = new Float32Array(tracks[0]?.vector.length ?? 0);
  let weight = 0,
    excess = 0;
  for (const { vector, quality, population_excess } of tracks) {
    const w = 0.1 + quality;
    for (let k = 0; k < mean.length; k++) mean[k] = (mean[k] ?? 0) + w * (vector[k] ?? 0);
    weight += w;
    excess += w * population_excess;
  }
  return some.some((t) => (dot(t.vector, mean) - excess / 2) / weight - t.population_excess / 2 >= least);
}
