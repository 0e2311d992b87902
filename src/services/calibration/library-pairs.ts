/**
 * Pairs of faces that the library itself knows the truth of. Two tracks on screen at one moment are two people; two
 * crops of one track are one. Neither needs anyone to label anything, and neither uses a decision that is to be
 * calibrated. What people said in edits comes to it.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { pairsOfEdits } from '../../domain/edits/edit-pairs.js';
import { coVisiblePairs, overlapOf } from '../../domain/people/co-visibility.js';
import { Sample } from '../../domain/seeded-sample.js';
import { type ComparedFace, populationExcess, scoreOf } from '../../domain/scores/normalised-score.js';
import type { Library, TrackFilter } from '../../store/api.js';
import type { FacePipeline } from '../../vision/pipeline.js';
import { countProgress, type WorkContext } from '../progress.js';
import type { FoundPairs, NamedPair } from './pair-sources.js';
import type { Resources } from '../resources.js';

/** Taken of one person, or of any two, so that those who are always on screen don't speak for all. */
const OF_ONE = 3,
  OF_TWO = 3;
/** Impostor pairs cost nothing but memory, and strict needs 30 000; a genuine pair costs two embeddings. */
const MOST_IMPOSTORS = 40_000,
  MOST_GENUINE = 1500;
/** A track this long shows a face more than once, not one picture and its neighbour. */
const LONG_S = 1;
/** Crops embedded at once: a question never waits for more. */
const BATCH = 16;
/** Pairs looked at between two breaks for the event loop. */
const BREAK_AFTER = 200;

/** Finds and scores what the library knows; the same pairs each time. */
export async function libraryPairs(
  resources: Resources,
  { onProgress }: WorkContext,
  signal: AbortSignal,
): Promise<FoundPairs> {
  const library = await resources.library(),
    pipeline = await resources.pipeline();
  const owner = await owners(library, signal);
  const impostor = await coVisible(library, owner, signal);
  const genuine = await farApart(library, pipeline, owner, onProgress, signal);
  const edited = await ofEdits(library, signal);
  return {
    source: 'library',
    name: 'this library',
    pairs: [...impostor, ...genuine, ...edited],
    from_edits: {
      genuine: edited.filter((p) => p.same).length,
      impostor: edited.filter((p) => !p.same).length,
    },
    unusable: { pictures: 0, pairs: 0, first: [] },
    warnings: [
      ...(edited.length > 0
        ? [
            `${edited.length} pairs come from edits: merges and assignments (one person), rejections and splits (two). People correct what scores got wrong, so these are harder than most.`,
          ]
        : []),
      `Impostor pairs are tracks on screen at the same moment, at most ${OF_TWO} of any two people; a reflection, or a photograph in the picture, would count as a second person: see unlikely.impostor.`,
      `Genuine pairs are the best and the poorest crop that is kept of a track (crops are kept by quality, without their time), at most ${OF_ONE} tracks of one person. They share a moment and its light, so false rejects are rarer here than between videos: trust labelled pairs more.`,
    ],
  };
}

/** Which identity a track belongs to: only to take few pairs of each, not to say who is who. */
async function owners(library: Library, signal: AbortSignal): Promise<(track_id: string) => string> {
  const byTrack = new Map(
    (await library.identities(signal)).flatMap((i) => i.track_ids.map((t) => [t, i.identity_id] as const)),
  );
  return (track_id) => byTrack.get(track_id) ?? track_id;
}

async function coVisible(
  library: Library,
  owner: (track_id: string) => string,
  signal: AbortSignal,
): Promise<NamedPair[]> {
  const byPeople = new Map<string, Sample<NamedPair>>();
  for (const video of await library.videos(signal)) {
    if (video.coverage.faces_kept < 2) continue;
    const overlap_s = overlapOf([video]);
    const tracks = await library.tracks({ video_ids: [video.video_id] }, signal);
    const faces = await facesOf(library, { video_ids: [video.video_id] }, signal);
    let looked = 0;
    for (const [i, j] of coVisiblePairs(tracks, overlap_s)) {
      if (looked++ % BREAK_AFTER === 0) await breathe();
      signal.throwIfAborted();
      const one = tracks[i]?.track_id ?? '',
        other = tracks[j]?.track_id ?? '',
        a = faces.get(one),
        b = faces.get(other);
      // One person twice in a photo, or whom an edit made one.
      if (!a || !b || owner(one) === owner(other)) continue;
      const people = [owner(one), owner(other)].sort().join(' ');
      const sample = byPeople.get(people) ?? new Sample<NamedPair>(OF_TWO);
      sample.add({ a: one, b: other, same: false, labels: {}, score: scoreOf(a, b) });
      byPeople.set(people, sample);
    }
  }
  return sampled(
    [...byPeople.values()].flatMap((s) => s.kept),
    MOST_IMPOSTORS,
  );
}

/** What people said of tracks that are still there. */
async function ofEdits(library: Library, signal: AbortSignal): Promise<NamedPair[]> {
  const said = pairsOfEdits(readEditLog(await library.edits(signal)));
  if (said.length === 0) return [];
  const faces = await facesOf(library, { track_ids: [...new Set(said.flatMap((p) => [p.a, p.b]))] }, signal);
  return said.flatMap(({ a, b, same }) => {
    const [one, other] = [faces.get(a), faces.get(b)];
    return one && other ? [{ a, b, same, labels: {}, score: scoreOf(one, other) }] : [];
  });
}

async function facesOf(library: Library, filter: TrackFilter, signal: AbortSignal): Promise<Map<string, ComparedFace>> {
  const { ids, data, population_excess } = await library.vectors(filter, signal);
  const d = library.dimensions;
  return new Map(
    ids.map((id, i) => [
      id,
      { vector: data.subarray(i * d, (i + 1) * d), population_excess: population_excess[i] ?? 0 },
    ]),
  );
}

async function farApart(
  library: Library,
  pipeline: FacePipeline,
  owner: (track_id: string) => string,
  onProgress: WorkContext['onProgress'],
  signal: AbortSignal,
): Promise<NamedPair[]> {
  const byPerson = new Map<string, Sample<string>>();
  for (const { track_id, embedded, start_s, end_s } of await library.tracks({}, signal)) {
    if (embedded < 2 || end_s - start_s < LONG_S) continue;
    const sample = byPerson.get(owner(track_id)) ?? new Sample<string>(OF_ONE);
    sample.add(track_id);
    byPerson.set(owner(track_id), sample);
  }
  const tracks = sampled(
    [...byPerson.values()].flatMap((s) => s.kept),
    MOST_GENUINE,
  );
  const progress = countProgress(onProgress, tracks.length, 'tracks');
  const { decodeJpeg } = await import('../../media/pictures/images.js');
  const pairs: NamedPair[] = [];
  for (let at = 0; at < tracks.length; at += BATCH / 2) {
    signal.throwIfAborted();
    const batch: { track_id: string; crops: Uint8Array[] }[] = [];
    for (const track_id of tracks.slice(at, at + BATCH / 2)) {
      const { crops } = await library.pictures(track_id, signal);
      const best = crops[0],
        poorest = crops.at(-1);
      if (best && poorest && crops.length > 1)
        batch.push({ track_id, crops: [(await decodeJpeg(best)).data, (await decodeJpeg(poorest)).data] });
    }
    const embeddings = await pipeline.embed(
      batch.flatMap((b) => b.crops),
      signal,
    );
    batch.forEach(({ track_id }, k) => {
      const [a, b] = embeddings
        .slice(2 * k, 2 * k + 2)
        .map(({ vector }) => ({ vector, population_excess: populationExcess(vector, pipeline.pack.population) }));
      if (a && b) pairs.push({ a: track_id, b: track_id, same: true, labels: {}, score: scoreOf(a, b) });
    });
    progress(Math.min(tracks.length, at + BATCH / 2));
  }
  return pairs;
}

function sampled<T>(items: readonly T[], most: number): T[] {
  const sample = new Sample<T>(most);
  for (const item of items) sample.add(item);
  return sample.kept;
}
