/** Brings identities up to date when tracks come or go: clusters what a change touches, keeps ids durable. */
import { at } from '../../domain/at.js';
import type { Constraints } from '../../domain/edits/edits.js';
import { claimsOf } from '../../domain/edits/held-edits.js';
import { assignIdentities } from '../../domain/grouping/identity-assignment.js';
import { newId } from '../../domain/ids.js';
import { lowestBar } from '../../domain/grouping/join-evidence.js';
import { massMerge } from '../../domain/grouping/mass-merge.js';
import type { IdentityRow } from '../../store/rows.js';
import { crowdOf } from '../grouping/crowd.js';
import { groupTracks, ownersOf, vectorSet, type GroupedTrack, type JoinRule } from '../grouping/group-tracks.js';
import { breathe } from '../breathing.js';
import type { Surroundings } from './part-of-library.js';
import { type Coming, type Reached, reachPeople, withFollowers } from './affected-people.js';

/** Tracks of a library up to which all that new ones are connected with is grouped anew (see affected-people). */
export const FLOODED = 5000;

export interface Regrouping {
  /** The identity rows that change, redirects of merged ones among them. */
  rows: IdentityRow[];
  /**
   * Above 0 when the step was refused (domain/grouping/mass-merge): so many identities would have become one. Then no
   * two were merged.
   */
  refused: number;
}

/** Tracks that join, and what they join. */
export interface Regroup extends Coming {
  /** Identities now, redirects included; with the tracks that edits hold in place (held-edits, bringHome). */
  held: readonly IdentityRow[];
  rule: JoinRule;
  /** ISO 8601: when new rows were made. */
  now: string;
  edits?: Constraints | undefined;
  /** Of a large library, of which `old` and `held` are no more than tracks of the same videos, and whom it knows. */
  around?: Surroundings | undefined;
}

/**
 * Assigns new tracks to identities. Starting from the new tracks it floods through pairs that might be joined, clusters
 * what it reached (see domain/grouping/clustering, incremental clustering), and gives the clusters the ids they go on
 * under.
 */
export async function regroup(step: Regroup): Promise<Regrouping> {
  const { old, fresh, held, rule } = step;
  if (!rule.eachVideoApart) return regroupTogether(step);
  const all: Regrouping = { rows: [], refused: 0 };
  for (const video of new Set(fresh.map((t) => t.video_id))) {
    const here = (t: GroupedTrack) => t.video_id === video;
    const inside = new Set([...old, ...fresh].filter(here).map((t) => t.track_id));
    const people = held.filter((h) => h.track_ids.some((t) => inside.has(t)));
    const one = { ...step, old: old.filter(here), fresh: fresh.filter(here), held: people };
    const { rows, refused } = await regroupTogether(one);
    all.rows.push(...rows);
    all.refused += refused;
  }
  return all;
}

async function regroupTogether(step: Regroup): Promise<Regrouping> {
  const { old, held, rule, compare, now, signal, edits, around } = step;
  const live = held.filter((h) => h.merged_into === null && h.track_ids.length > 0);
  // What is not reached under the lowest bar there can be, can't be joined under any.
  const people = around?.people(live) ?? live.length;
  const least = lowestBar(people, rule.evidence);
  const reached = await reach(step, live, least);
  await breathe(signal);
  const tracks = reached.tracks.sort((a, b) => (a.track_id < b.track_id ? -1 : 1));
  const inside = new Set(tracks.map((t) => t.track_id));
  await breathe(signal);
  const touched = live.filter((h) => h.track_ids.some((t) => inside.has(t)));
  const others = around
    ? await around.others(touched, tracks, people)
    : crowdOf(
        tracksOf(
          live.filter((h) => !h.track_ids.some((t) => inside.has(t))),
          old,
        ),
      );
  await breathe(signal);
  const grouped = async (keep: readonly IdentityRow[]) =>
    withFollowers(
      (await groupTracks(tracks, others, keep, rule, compare, signal, edits)).map((g) =>
        g.map((i) => at(tracks, i).track_id),
      ),
      reached.followers,
    );
  const wanted = await grouped([]);
  await breathe(signal);
  const refused = massMerge(touched, wanted, people);
  await breathe(signal);
  const { clusters, redirects } = assignIdentities(
    touched,
    refused > 0 ? await grouped(touched) : wanted,
    () => newId('identity'),
    edits && claimsOf(edits),
  );

  await breathe(signal);
  const before = new Map(held.map((h) => [h.identity_id, h]));
  const rows: IdentityRow[] = clusters
    .map((c) => {
      const was = before.get(c.identity_id);
      return {
        identity_id: c.identity_id,
        name: was?.name ?? null,
        track_ids: [...c.track_ids].sort(),
        merged_into: null,
        split_from: was?.split_from ?? c.split_from,
        created_at: was?.created_at ?? now,
        updated_at: now,
      };
    })
    .filter((row) => !sameTracks(row, before.get(row.identity_id)));
  for (const r of redirects) {
    const was = before.get(r.identity_id);
    if (was) rows.push({ ...was, track_ids: [], merged_into: r.merged_into, updated_at: now });
  }
  return { rows, refused };
}

async function reach(step: Regroup, live: readonly IdentityRow[], least: number): Promise<Reached> {
  if (step.around) return step.around.reach(live, least);
  if (step.old.length > FLOODED) return reachPeople(step, live, least);
  return { tracks: await flood(step, live, least), followers: [] };
}

/** The tracks of each identity. */
function tracksOf(identities: readonly IdentityRow[], tracks: readonly GroupedTrack[]): GroupedTrack[][] {
  const byId = new Map(tracks.map((t) => [t.track_id, t]));
  return identities.map((h) => h.track_ids.flatMap((id) => byId.get(id) ?? []));
}

function sameTracks(row: IdentityRow, was: IdentityRow | undefined): boolean {
  return (
    was !== undefined &&
    was.track_ids.length === row.track_ids.length &&
    [...was.track_ids].sort().every((t, i) => t === row.track_ids[i])
  );
}

/**
 * The tracks that can change: the fresh ones and all they are connected with, each with all others of its identity.
 * Those need not be connected any more, since the bar has risen with the library; left behind they would belong to
 * nobody.
 */
async function flood(
  { old, fresh, compare, signal }: Coming,
  live: readonly IdentityRow[],
  least: number,
): Promise<GroupedTrack[]> {
  const owners = ownersOf(live);
  let reached: GroupedTrack[] = [],
    frontier = fresh,
    rest = old;
  while (frontier.length > 0) {
    const people = new Set(frontier.flatMap((t) => owners.get(t.track_id) ?? []));
    const theirs = (t: GroupedTrack) => people.has(owners.get(t.track_id) ?? '');
    frontier = [...frontier, ...rest.filter(theirs)];
    rest = rest.filter((t) => !theirs(t));
    reached = [...reached, ...frontier];
    if (rest.length === 0) break;
    await breathe(signal);
    const { j } = await compare.similarPairs(vectorSet(frontier), vectorSet(rest), least, signal);
    const hit = new Set(j);
    frontier = rest.filter((_, k) => hit.has(k));
    rest = rest.filter((_, k) => !hit.has(k));
  }
  return reached;
}
