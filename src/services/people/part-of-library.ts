/**
 * A large library as tracks that join it see it: the people they might be, and of all others how many there are and
 * what some of them look like. Nothing of it grows with the library but a look at everybody's mean.
 */
import { groupBy } from '../../domain/group-by.js';
import type { Constraints } from '../../domain/edits/edits.js';
import type { Reader } from '../../store/api.js';
import { blockTracks } from '../../store/tables/block-tracks.js';
import type { IdentityRow } from '../../store/rows.js';
import type { Reached } from './affected-people.js';
import type { Crowd } from '../grouping/crowd.js';
import { type Comparer, type GroupedTrack, ownersOf, vectorSet } from '../grouping/group-tracks.js';
import { loadLitTracks } from './library-tracks.js';
import type { LikePeople } from './like-people.js';
import { sampleTracks } from './sample-tracks.js';

/** What regrouping asks of a library that it does not have at hand. */
export interface Surroundings {
  /** How many people there are. @param live those at hand, as they are now */
  people(live: readonly IdentityRow[]): number;
  /** What is to be grouped anew. @param least score below which no two tracks are joined */
  reach(live: readonly IdentityRow[], least: number): Promise<Reached>;
  /** All people but those. @param tracks that are grouped. @param people how many there are */
  others(touched: readonly IdentityRow[], tracks: readonly GroupedTrack[], people: number): Promise<Crowd>;
}

export interface PartOptions {
  library: Reader;
  /** As they are stored, with the number of all people. */
  identities: readonly IdentityRow[];
  people: number;
  like: LikePeople;
  /** Tracks that come in, and those that stay of their videos. */
  fresh: readonly GroupedTrack[];
  here: readonly GroupedTrack[];
  /** Who is elsewhere than is stored: the videos that each is in, none of those who are nobody any more. */
  moved?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  compare: Comparer;
  edits?: Constraints | undefined;
  signal?: AbortSignal | undefined;
}

export class PartOfLibrary implements Surroundings {
  constructor(private readonly of: PartOptions) {}

  people(live: readonly IdentityRow[]): number {
    const { identities, people } = this.of;
    return (
      people - identities.filter((row) => row.merged_into === null && row.track_ids.length > 0).length + live.length
    );
  }

  async reach(live: readonly IdentityRow[], least: number): Promise<Reached> {
    const { library, like, fresh, here, compare, edits, signal } = this.of;
    const owner = ownersOf(live);
    const at = new Map([...here, ...fresh].map((t) => [t.track_id, t]));
    const comes = new Set(fresh.flatMap((t) => owner.get(t.track_id) ?? []));
    const parts = live
      .filter(({ identity_id }) => comes.has(identity_id) || like.ids.has(identity_id))
      .map(({ identity_id, track_ids }) => {
        const [near, far] = [track_ids.filter((t) => at.has(t)), track_ids.filter((t) => !at.has(t))];
        return { identity_id, near, ...sampleTracks(far, edits) };
      });
    const loaded = await loadLitTracks(library, { track_ids: parts.flatMap((p) => p.sample) }, signal);
    const byId = new Map([...at, ...loaded.map((t) => [t.track_id, t] as const)]);
    const theirs = [...here.filter((t) => owner.has(t.track_id)), ...loaded];
    const { j } = await compare.similarPairs(vectorSet(fresh), vectorSet(theirs), least, signal);
    const met = new Set([...comes, ...[...new Set(j)].flatMap((k) => owner.get(theirs[k]?.track_id ?? '') ?? [])]);
    const tracks = new Map(fresh.map((t) => [t.track_id, t]));
    const followers: Reached['followers'] = [];
    for (const part of parts) {
      if (!met.has(part.identity_id)) continue;
      for (const id of [...part.near, ...part.sample]) {
        const track = byId.get(id);
        if (track) tracks.set(id, track);
      }
      followers.push(...part.followers);
    }
    return { tracks: [...tracks.values()], followers };
  }

  async others(touched: readonly IdentityRow[], tracks: readonly GroupedTrack[], people: number): Promise<Crowd> {
    const { library, like, here, fresh, moved, signal } = this.of;
    const inside = new Set(touched.map((row) => row.identity_id));
    const videos = new Map<string, number>();
    const count = (video_id: string): unknown => videos.set(video_id, (videos.get(video_id) ?? 0) + 1);
    // Only pairs of one video ask how many people it has. Those of videos that come in are counted below.
    const coming = new Set(moved ? [] : [...here, ...fresh].map((t) => t.video_id));
    const asked = [...groupBy(tracks, (t) => t.video_id)].flatMap(([id, own]) => (own.length > 1 ? [id] : []));
    for (const row of await library.seen({ video_ids: asked.filter((id) => !coming.has(id)) }, signal))
      if (!inside.has(row.identity_id) && !moved?.has(row.identity_id)) count(row.video_id);
    for (const [id, there] of moved ?? []) if (!inside.has(id)) there.forEach(count);
    const staying = await library.ownersOf(
      here.map((t) => t.track_id),
      signal,
    );
    for (const [video_id, own] of groupBy(here, (t) => t.video_id)) {
      const people = new Set(own.flatMap((t) => staying.get(t.track_id) ?? []));
      videos.set(video_id, [...people].filter((id) => !inside.has(id)).length);
    }
    const faces = new Map(
      like.faces.flatMap((f) =>
        inside.has(f.identity_id) || moved?.has(f.identity_id) ? [] : [[f.best_track, f] as const],
      ),
    );
    const best = blockTracks(await library.vectors({ track_ids: [...faces.keys()] }, signal));
    return {
      library: Math.max(0, people - touched.length),
      videos,
      faces: best.map((track) => ({
        ...track,
        population_excess: faces.get(track.track_id)?.best_excess ?? 0,
        presence: [],
      })),
    };
  }
}
