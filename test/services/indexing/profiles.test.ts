/** A face that a shot shows in profile alone is kept for whom the video has shown well, and for nobody else. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { populationExcess } from '../../../src/domain/scores/normalised-score.js';
import type { Face } from '../../../src/domain/types.js';
import { dot } from '../../../src/domain/vectors.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { seenBefore } from '../../../src/services/indexing/watching/seen-before.js';
import {
  type WatchedTrack,
  type WatchPipeline,
  watchVideo,
} from '../../../src/services/indexing/watching/watch-video.js';
import type { StagedTrack } from '../../../src/store/api.js';
import type { FacePipeline } from '../../../src/vision/pipeline.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { loungeClip } from '../../support/libraries/index-footage.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

/** Inside one shot. */
const RANGE = { start_s: 3.4, end_s: 4.8 };
let pipeline: FacePipeline, seen: WatchedTrack[];

beforeAll(async () => {
  pipeline = await openPrepared({ modelsDir: loadSettings().modelsDir, packId: 'fast', threads: 2 });
  seen = await watch(pipeline, []);
  expect(seen.length).toBeGreaterThan(1);
}, 60_000);
afterAll(() => pipeline.close());

/** Watches the range with such a pipeline, in a video that has shown these people before. */
function watch(looking: WatchPipeline, before: readonly WatchedTrack[]): Promise<WatchedTrack[]> {
  return watchAsking(looking, seenBefore(before.map(earlier), pipeline.pack));
}

/** Watches the range with such a pipeline. @param isSomebody see WatchOptions */
async function watchAsking(
  looking: WatchPipeline,
  isSomebody: (track: WatchedTrack) => boolean,
): Promise<WatchedTrack[]> {
  const file = await fileSource(await loungeClip()),
    tools = await systemTools(),
    probe = await probeVideo(file, tools);
  const frames = openFrames(file, { sampleFps: 5, maxSide: 640, smallSide: 320, range: RANGE, probe, tools });
  const tracks: WatchedTrack[] = [];
  await watchVideo(frames, looking, {
    sampleFps: 5,
    detectorSide: 320,
    range: RANGE,
    isSomebody,
    onTracks: async (found) => void tracks.push(...found),
  });
  return tracks;
}

function earlier({ vector, quality }: WatchedTrack, i: number): StagedTrack {
  return {
    track_id: `track_${i}`,
    video_id: 'video_0',
    vector,
    population_excess: populationExcess(vector, pipeline.pack.population),
    quality,
    presence: [{ start_s: 0, end_s: 2 }],
  };
}

/** The same faces, called profiles. No footage that may be shipped shows one, so these look ahead. */
function turned(): WatchPipeline {
  const turn = ({ crop, ...face }: Face): Face =>
    crop ? { ...face, gated: 'profile', quality: 0, profile: { crop, quality: face.quality } } : face;
  return {
    pack: pipeline.pack,
    workers: pipeline.workers,
    embed: (...asked) => pipeline.embed(...asked),
    async detect(...asked) {
      const { faces } = await pipeline.detect(...asked);
      return { faces: faces.map(turn) };
    },
  };
}
/** Where each was last, and how long: one who walks in is followed by the crops of frontal faces a little earlier. */
const places = (tracks: readonly WatchedTrack[]) =>
  tracks
    .map(({ boxes, samples }) => ({ x: Math.round(boxes.at(-1)?.box.x ?? -1), isLong: samples > 3 }))
    .sort((a, b) => a.x - b.x);

it('keeps everyone who was seen well in another shot', async () => {
  expect(places(await watch(turned(), seen))).toEqual(places(seen));
}, 60_000);

it('keeps everyone who turns out to be somebody by the end', async () => {
  const asked = new Set<WatchedTrack>();
  const later = await watchAsking(turned(), (track) => asked.has(track) || !asked.add(track));
  expect(places(later)).toEqual(places(seen));
}, 60_000);

it('keeps nobody who was not', async () => {
  // The other two are alike.
  const one = seen.toSorted((a, b) => mostAlike(a) - mostAlike(b)).slice(0, 1);
  expect(places(await watch(turned(), one))).toEqual(places(one));
  expect(await watch(turned(), [])).toEqual([]);
}, 60_000);

function mostAlike({ vector }: WatchedTrack): number {
  return Math.max(...seen.filter((t) => t.vector !== vector).map((t) => dot(t.vector, vector)));
}
