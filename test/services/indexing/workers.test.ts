/** However many workers look at a video, the same is found. */
import { expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { type WatchedTrack, watchVideo } from '../../../src/services/indexing/watching/watch-video.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { loungeClip } from '../../support/libraries/index-footage.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

it('gives the same tracks in the same order with one worker and with three', async () => {
  const file = await fileSource(await loungeClip()),
    tools = await systemTools(),
    probe = await probeVideo(file, tools);
  // The cut is at 5 s.
  const range = { start_s: 3, end_s: 7 };
  const watch = async (threads: number) => {
    const pipeline = await openPrepared({ modelsDir: loadSettings().modelsDir, packId: 'fast', threads });
    onTestFinished(() => pipeline.close());
    const frames = openFrames(file, { sampleFps: 5, maxSide: 640, smallSide: 320, range, probe, tools });
    const tracks: WatchedTrack[] = [],
      times: number[] = [];
    const seen = await watchVideo(frames, pipeline, {
      sampleFps: 5,
      detectorSide: 320,
      range,
      onSample: (time_s) => times.push(time_s),
      onTracks: async (found) => void tracks.push(...found),
    });
    return { workers: pipeline.workers, found: { seen, tracks, times } };
  };
  const [one, three] = [await watch(1), await watch(3)];
  expect([one.workers, three.workers]).toEqual([1, 3]);
  expect(one.found.tracks.length).toBeGreaterThan(1);
  expect(three.found).toEqual(one.found);
}, 120_000);
