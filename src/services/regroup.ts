/** Brings identities up to date when tracks come or go: clusters what a change touches, keeps ids durable. */
import { cluster, type Clusterable } from '../domain/clustering.js';
import { assignIdentities } from '../domain/identity-assignment.js';
import { newId } from '../domain/ids.js';
import { intersect, total } from '../domain/intervals.js';
import { normalisedScore } from '../domain/scoring.js';
import type { Interval } from '../domain/types.js';
import { dot } from '../domain/vectors.js';
import type { IdentityRow } from '../store/rows.js';

/** A track as clustering sees it. */
export interface GroupedTrack {
  track_id: string;
  video_id: string;
  vector: Float32Array;
  population_mean: number;
  quality: number;
  presence: readonly Interval[];
}

/** When two tracks may be one person. */
export interface JoinRule {
  /** Least average score, given how many people there are and how good the two tracks are (0..1). */
  threshold(people: number, quality: number): number;
  /** Two tracks of one video that overlap by more than this are two people, seconds (about a sampling step). */
  overlap_s: number;
}

export interface Regrouping {
  put: IdentityRow[];
}

/** Milliseconds of comparing between two breaks for the event loop. */
const BREAK_MS = 20;

/**
 * Assigns new tracks to identities. Starting from the new tracks it floods through pairs at or above the threshold, clusters
 * what it reached (see domain/clustering, incremental clustering), and gives the clusters the ids they go on under.
 * @param old tracks of the library; @param fresh tracks that come in; @param held identities now, redirects included
 */
export async function regroup(old: readonly GroupedTrack[], fresh: readonly GroupedTrack[], held: readonly IdentityRow[], rule: JoinRule, now: string, signal?: AbortSignal): Promise<Regrouping> {
  const all = [...fresh, ...old];
  const live = held.filter((h) => h.merged_into === null && h.track_ids.length > 0);
  // The fewest people there can be give the lowest threshold: what is not reached under it can't be joined under any.
  const touched = await flood(all, fresh.length, rule.threshold(Math.max(1, live.length), 0), signal);
  const tracks = touched.map((i) => all[i] as GroupedTrack).sort((a, b) => a.track_id.localeCompare(b.track_id));
  const inside = new Set(tracks.map((t) => t.track_id));
  const others = live.filter((h) => !h.track_ids.some((t) => inside.has(t))).length;
  const labels = group(tracks, others, rule);
  const groups = new Map<number, string[]>();
  tracks.forEach((t, i) => {
    const label = labels[i] as number, group = groups.get(label);
    if (group) group.push(t.track_id); else groups.set(label, [t.track_id]);
  });

  const touchedPeople = live.filter((h) => h.track_ids.some((t) => inside.has(t)));
  const { clusters, redirects } = assignIdentities(touchedPeople, [...groups.values()], () => newId('identity'));
  const before = new Map(held.map((h) => [h.identity_id, h]));
  const put: IdentityRow[] = clusters.map((c) => {
    const was = before.get(c.identity_id);
    return {
      identity_id: c.identity_id, name: was?.name ?? null, track_ids: [...c.track_ids].sort(), merged_into: null,
      split_from: was?.split_from ?? c.split_from, created_at: was?.created_at ?? now, updated_at: now,
    };
  }).filter((row) => !sameTracks(row, before.get(row.identity_id)));
  for (const r of redirects) {
    const was = before.get(r.identity_id);
    if (was) put.push({ ...was, track_ids: [], merged_into: r.merged_into, updated_at: now });
  }
  return { put };
}

function sameTracks(row: IdentityRow, was: IdentityRow | undefined): boolean {
  return was !== undefined && was.track_ids.length === row.track_ids.length && [...was.track_ids].sort().every((t, i) => t === row.track_ids[i]);
}

/** Indices of the tracks that can change: the first `fresh` ones and all they are connected with. Lets the event loop breathe. */
async function flood(all: readonly GroupedTrack[], fresh: number, threshold: number, signal?: AbortSignal): Promise<number[]> {
  const reached = new Uint8Array(all.length).fill(1, 0, fresh);
  const queue = Array.from({ length: fresh }, (_, i) => i);
  let since = performance.now();
  for (let at = 0; at < queue.length; at++) {
    const i = queue[at] as number, a = all[i] as GroupedTrack;
    for (let j = fresh; j < all.length; j++) {
      if (reached[j]) continue;
      const b = all[j] as GroupedTrack;
      if (normalisedScore(dot(a.vector, b.vector), a.population_mean, b.population_mean) >= threshold) { reached[j] = 1; queue.push(j); }
    }
    if (performance.now() - since > BREAK_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      since = performance.now();
    }
  }
  return queue;
}

/** Clusters at the threshold for the number of people that the clustering itself finds: two rounds settle it. */
function group(tracks: readonly GroupedTrack[], others: number, rule: JoinRule): Int32Array {
  let people = others + tracks.length;
  let labels: Int32Array = new Int32Array(0);
  for (let round = 0; round < 2; round++) {
    labels = cluster(clusterable(tracks, people, rule));
    people = others + new Set(labels).size;
  }
  return labels;
}

function clusterable(tracks: readonly GroupedTrack[], people: number, rule: JoinRule): Clusterable {
  const at = (i: number) => tracks[i] as GroupedTrack;
  const base = rule.threshold(people, 0), span = rule.threshold(people, 1) - base;
  return {
    n: tracks.length,
    score: (i, j) => normalisedScore(dot(at(i).vector, at(j).vector), at(i).population_mean, at(j).population_mean),
    apart: (i, j) => at(i).video_id === at(j).video_id && total(intersect(at(i).presence, at(j).presence)) > rule.overlap_s,
    weight: (i) => 0.1 + at(i).quality,
    threshold: (i, j) => base + span * Math.sqrt(at(i).quality * at(j).quality),
  };
}
