/** A file that begins in the middle of a group of pictures: what it promises before the first whole one is not seen. */
import { expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { type WatchedTrack, watchVideo } from '../../../src/services/indexing/watching/watch-video.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { loungeClip } from '../../support/libraries/index-footage.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

it('has nobody on screen before the first picture that can be decoded', async () => {
  const file = await fileSource(await loungeClip()),
    tools = await systemTools(),
    probe = await probeVideo(file, tools);
  const pipeline = await openPrepared({ modelsDir: loadSettings().modelsDir, packId: 'fast', threads: 1 });
  onTestFinished(() => pipeline.close());
  const decoded = { start_s: 0, end_s: 1.5 };
  const frames = openFrames(file, { sampleFps: 5, maxSide: 640, smallSide: 320, range: decoded, probe, tools });
  const tracks: WatchedTrack[] = [];
  await watchVideo(frames, pipeline, {
    sampleFps: 5,
    detectorSide: 320,
    range: { start_s: -1.3, end_s: 1.5 },
    onTracks: async (found) => void tracks.push(...found),
  });
  expect(tracks.length).toBeGreaterThan(0);
  for (const { start_s, presence } of tracks) expect([start_s, presence[0]?.start_s]).toEqual([0, 0]);
}, 60_000);
