/**
 * People in the mean of their tracks, and the light that tracks are in: what a write makes of what it changed, or of
 * everything (see derived.ts).
 */
import { coVisibleExcess, overlapOf } from '../../domain/people/co-visibility.js';
import { groupBy } from '../../domain/group-by.js';
import { type Cohesion, cohesionOf, comparedOf } from '../../domain/people/like-others.js';
import { GrowingMean, type WeighedTrack } from '../../domain/people/mean-face.js';
import type { Reader } from '../api.js';
import { blockTracks } from '../tables/block-tracks.js';
import type { IdentityRow, KeptPerson } from '../rows.js';

/** Tracks whose vectors are in memory at once; somebody of more is one step all the same. */
const TRACKS = 5000;

/** A track with its light, which its population excess is without. */
export type LitTrack = WeighedTrack & { light: number };

/** The tracks of some videos. Light: those of a video beside each other, within its own sampling step. */
export async function litTracks(
  video_ids: readonly string[],
  source: Pick<Reader, 'tracks' | 'vectors' | 'videosOf'>,
  signal?: AbortSignal,
): Promise<LitTrack[]> {
  const block = await source.vectors({ video_ids }, signal);
  const presence = new Map((await source.tracks({ video_ids }, signal)).map((t) => [t.track_id, t.presence]));
  const videos = new Map((await source.videosOf(video_ids, signal)).map((v) => [v.video_id, v]));
  const tracks = blockTracks(block).map((track) => ({ ...track, presence: presence.get(track.track_id) ?? [] }));
  return [...groupBy(tracks, (t) => t.video_id)].flatMap(([video_id, own]) => {
    const video = videos.get(video_id);
    const light = coVisibleExcess(own, overlapOf(video ? [video] : []));
    return own.map((track, i) => ({ ...track, light: light[i] ?? 0 }));
  });
}

/** As it counts in the mean: with its light. */
export function inLight({ light, ...track }: LitTrack): WeighedTrack {
  return { ...track, population_excess: track.population_excess + light };
}

/** What becomes of somebody's mean: tracks that it goes on with, or is made anew of. */
export interface MeanChange {
  identity_id: string;
  track_ids: readonly string[];
  from: 'before' | 'nothing';
  /** Of the mean of before, those that are somebody else's now. */
  without?: readonly string[];
  /** All that are theirs now. */
  all: readonly string[];
}

/** Somebody whose mean is made of all their tracks. */
export function anewOf({ identity_id, track_ids }: IdentityRow): MeanChange {
  return { identity_id, track_ids, from: 'nothing', all: track_ids };
}

/**
 * @param before what means go on from; @param now where tracks and their light are
 * @returns a few at a time, without those who have no tracks
 */
export async function* changedMeans(
  changes: readonly MeanChange[],
  before: Pick<Reader, 'people'>,
  now: Pick<Reader, 'vectors' | 'lightOf'>,
  signal?: AbortSignal,
): AsyncGenerator<{ identity_ids: string[]; rows: KeptPerson[] }> {
  for (const some of inSteps(changes, (change) => change.track_ids.length + comparedOf(change.all).length)) {
    const goOn = some.filter((c) => c.from === 'before').map((c) => c.identity_id);
    const was = new Map((await before.people({ identity_ids: goOn }, signal)).map((row) => [row.identity_id, row]));
    const ids = some.flatMap((c) => [...c.track_ids, ...(c.without ?? [])]);
    const compared = some.flatMap((c) => comparedOf(c.all));
    const tracks = blockTracks(await now.vectors({ track_ids: [...new Set([...ids, ...compared])] }, signal)),
      light = await now.lightOf(ids, signal);
    const at = new Map(tracks.map((track) => [track.track_id, track]));
    const rows: KeptPerson[] = [];
    // What an identity lists need not be there.
    const trackOf = (track_id: string): WeighedTrack[] => {
      const track = at.get(track_id);
      return track ? [{ ...track, population_excess: track.population_excess + (light.get(track_id) ?? 0) }] : [];
    };
    for (const { identity_id, track_ids, from, without = [], all } of some) {
      const held = from === 'before' ? was.get(identity_id) : undefined;
      const growing = new GrowingMean(held?.vector.length ?? tracks[0]?.vector.length ?? 0, held);
      for (const track of track_ids.flatMap(trackOf)) growing.add(track);
      for (const track of without.flatMap(trackOf)) growing.remove(track);
      const mean = growing.mean();
      const cohesion = cohesionOf(comparedOf(all).flatMap((id) => at.get(id) ?? []));
      if (mean) rows.push({ identity_id, ...mean, ...cohesion });
    }
    yield { identity_ids: some.map((c) => c.identity_id), rows };
  }
}

/** Those of these people that have tracks, of a library from before means were kept, opened only to be read. */
export async function peopleAnew(
  identity_ids: readonly string[],
  library: Pick<Reader, 'identitiesOf' | 'people' | 'vectors' | 'lightOf'>,
  signal?: AbortSignal,
): Promise<KeptPerson[]> {
  const live = (await library.identitiesOf(identity_ids, signal)).filter((row) => row.merged_into === null);
  const found: KeptPerson[] = [];
  for await (const { rows } of changedMeans(live.map(anewOf), library, library, signal)) found.push(...rows);
  return found;
}

/** How well the tracks of each hold together, a few people at a time. @param people without those who have no tracks */
export async function* cohesions(
  people: readonly Pick<IdentityRow, 'identity_id' | 'track_ids'>[],
  now: Pick<Reader, 'vectors'>,
  signal?: AbortSignal,
): AsyncGenerator<ReadonlyMap<string, Cohesion>> {
  const each = people.map(({ identity_id, track_ids }) => ({ identity_id, track_ids: comparedOf(track_ids) }));
  for (const some of inSteps(each, ({ track_ids }) => track_ids.length)) {
    // Alone there is nothing to compare with.
    const ids = some.flatMap(({ track_ids }) => (track_ids.length > 1 ? track_ids : []));
    const at = new Map(
      blockTracks(await now.vectors({ track_ids: ids }, signal)).map((track) => [track.track_id, track]),
    );
    yield new Map(
      some.map(({ identity_id, track_ids }) => [identity_id, cohesionOf(track_ids.flatMap((id) => at.get(id) ?? []))]),
    );
  }
}

function* inSteps<T>(all: readonly T[], tracksOf: (one: T) => number): Generator<T[]> {
  let step: T[] = [],
    tracks = 0;
  for (const one of all) {
    step.push(one);
    tracks += tracksOf(one);
    if (tracks < TRACKS) continue;
    yield step;
    step = [];
    tracks = 0;
  }
  if (step.length > 0) yield step;
}
