/** A file of several video streams: the first is looked at, and what was not is said; covers are no streams of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { X264, type Workspace, workspace } from '../../support/pictures/clips.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

let files: Workspace;
beforeAll(async () => {
  files = await workspace();
});
afterAll(() => files.remove());

/** What is said of a file that has streams besides the first. */
async function said(file: string): Promise<string | null> {
  const [source, tools] = [await fileSource(file), await systemTools()];
  const probe = await probeVideo(source, tools);
  expect(probe).toMatchObject({ stream: 0, width: 96, height: 64 });
  const frames = openFrames(source, { sampleFps: 5, maxSide: 96, probe, tools });
  for await (const { image } of frames) frames.recycle(image.data);
  return frames.report().endedEarly;
}

const lavfi = (what: string) => ['-f', 'lavfi', '-i', what];

it.each(['mp4', 'mkv', 'ts'])('says of two cameras in one %s which was looked at', async (container) => {
  const cameras = [...lavfi('testsrc2=s=96x64:r=10:d=1'), ...lavfi('testsrc=s=64x48:r=10:d=1')];
  const file = await files.make(`two.${container}`, [...cameras, '-map', '0:v', '-map', '1:v', ...X264]);
  expect(await said(file)).toMatch(/holds 2 video streams.*first, stream 0,.*not stream 1 \(64×48\).*-map 0:1 /);
});

it.each(['mp4', 'mkv'])('says nothing of a cover in an %s', async (container) => {
  const film = await files.make(`film.${container}`, [...lavfi('testsrc2=s=96x64:r=10:d=1'), ...X264]);
  const cover = await files.make('cover.jpg', [...lavfi('testsrc=s=64x48'), '-frames:v', '1']);
  const marked =
    container === 'mkv'
      ? ['-attach', cover, '-metadata:s:t', 'mimetype=image/jpeg', '-metadata:s:t', 'filename=cover.jpg']
      : ['-i', cover, '-map', '0', '-map', '1', '-disposition:v:1', 'attached_pic'];
  const file = await files.make(`with-cover.${container}`, ['-i', film, ...marked, '-c', 'copy']);
  expect(await said(file)).toBeNull();
});
