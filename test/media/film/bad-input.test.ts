import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { X264, type Workspace, workspace } from '../../support/pictures/clips.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';
import { matching } from '../../support/matching.js';
import { fileSource } from '../../support/pictures/sources.js';

let files: Workspace;
let clip: string;
beforeAll(async () => {
  files = await workspace();
  clip = await files.make('clip.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=1', ...X264]);
});
afterAll(() => files.remove());

describe.each([
  ['the system’s ffmpeg', systemTools],
  ['the ffmpeg from npm', npmTools],
] as const)('with %s', (_name, locate) => {
  let tools: FfmpegTools;
  beforeAll(async () => {
    tools = await locate();
  }, 300_000);

  it.each(['-dash.mp4', '%03d.mp4', 'a:b.mp4', 'ünïcödé 影片.mp4', 'quote\'".mp4', 'no-extension'])(
    'a file named %s is read',
    async (name) => {
      await copyFile(clip, files.path(name));
      const probe = await probeVideo(await fileSource(files.path(name)), tools);
      expect(probe).toMatchObject({ width: 160, height: 90, fps: 10, duration_s: 1, codec: 'h264' });
      let frames = 0;
      for await (const _ of openFrames(await fileSource(files.path(name)), {
        sampleFps: 5,
        maxSide: 160,
        probe,
        tools,
      }))
        frames += 1;
      expect(frames).toBe(5);
    },
  );

  const refused: {
    what: string;
    name: string;
    make: (path: string) => Promise<unknown>;
    code: string;
    message: RegExp;
    hint?: RegExp;
  }[] = [
    { what: 'no file', name: 'nowhere.mp4', make: async () => undefined, code: 'not_found', message: /no file/ },
    {
      what: 'a folder',
      name: 'folder.mp4',
      make: (path) => mkdir(path, { recursive: true }),
      code: 'bad_argument',
      message: /folder/,
    },
    {
      what: 'a text',
      name: 'text.mp4',
      make: (path) => writeFile(path, 'Dear diary,\n'.repeat(500)),
      code: 'not_a_video',
      message: /not a video/,
    },
    {
      what: 'a text that ffmpeg takes for speech',
      name: 'speech.mp4',
      make: (path) => writeFile(path, 'This is not a video. '.repeat(500)),
      code: 'not_a_video',
      message: /not a video/,
    },
    {
      what: 'nothing',
      name: 'empty.mp4',
      make: (path) => writeFile(path, ''),
      code: 'not_a_video',
      message: /0 bytes/,
    },
    {
      what: 'sound',
      name: 'sound.m4a',
      make: () => files.make('sound.m4a', ['-f', 'lavfi', '-i', 'sine=d=1']),
      code: 'not_a_video',
      message: /sound but no picture/,
    },
    {
      what: 'a song with a cover',
      name: 'song.mp3',
      make: async () =>
        files.make('song.mp3', [
          '-f',
          'lavfi',
          '-i',
          'sine=d=1',
          '-i',
          await files.make('cover.png', ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-frames:v', '1']),
          '-map',
          '0',
          '-map',
          '1',
          '-c:v',
          'copy',
          '-disposition:v',
          'attached_pic',
        ]),
      code: 'not_a_video',
      message: /sound but no picture/,
    },
    {
      what: 'a JPEG',
      name: 'still.jpg',
      make: () => files.make('still.jpg', ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-frames:v', '1']),
      code: 'not_a_video',
      message: /still image/,
      hint: /JPEG, PNG.* is a photo: give \{index_video source\} it alone\. Convert any other/,
    },
    {
      what: 'a PNG named .mp4',
      name: 'png.mp4',
      make: async (path) =>
        copyFile(await files.make('still.png', ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-frames:v', '1']), path),
      code: 'not_a_video',
      message: /still image/,
    },
    {
      what: 'an HLS playlist',
      name: 'list.m3u8',
      make: (path) => writeFile(path, `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${clip}\n#EXT-X-ENDLIST\n`),
      code: 'forbidden',
      message: /playlist/,
    },
    {
      what: 'an HLS playlist named .mp4',
      name: 'hls.mp4',
      make: (path) => writeFile(path, `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${clip}\n#EXT-X-ENDLIST\n`),
      code: 'forbidden',
      message: /playlist/,
    },
    {
      what: 'a concat script',
      name: 'concat.mp4',
      make: (path) => writeFile(path, `ffconcat version 1.0\nfile '${clip}'\n`),
      code: 'forbidden',
      message: /playlist/,
    },
    {
      what: 'a DASH manifest',
      name: 'dash.mp4',
      make: (path) => writeFile(path, '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
      code: 'forbidden',
      message: /playlist/,
    },
    {
      what: 'an mp4 without its index',
      name: 'no-index.mp4',
      make: async (path) => writeFile(path, (await readFile(clip)).subarray(0, 3000)),
      code: 'not_a_video',
      message: /incomplete|not a video/,
    },
  ];
  it.each(refused)('$what is refused with a next step', async ({ name, make, code, message, hint = /\w{4}/ }) => {
    await make(files.path(name));
    await expect(fileSource(files.path(name)).then((file) => probeVideo(file, tools))).rejects.toMatchObject({
      name: 'RollcallError',
      code,
      message: matching(message),
      hint: matching(hint),
    });
  });

  it('a file that is gone or emptied after the probe is an error, not a video without people', async () => {
    const path = files.path('changing.mp4');
    await copyFile(clip, path);
    const file = await fileSource(path);
    const probe = await probeVideo(file, tools);
    await rename(path, files.path('moved.mp4'));
    const read = async (): Promise<void> => {
      for await (const _ of openFrames(file, { sampleFps: 5, maxSide: 160, probe, tools }));
    };
    await expect(read()).rejects.toMatchObject({ code: 'not_a_video', message: matching(/No picture/) });
  });

  it('a range outside the video is refused', async () => {
    const probe = await probeVideo(await fileSource(clip), tools);
    const read = async (): Promise<void> => {
      for await (const _ of openFrames(await fileSource(clip), {
        sampleFps: 5,
        maxSide: 160,
        probe,
        tools,
        range: { start_s: 5, end_s: 6 },
      }));
    };
    await expect(read()).rejects.toMatchObject({
      code: 'bad_argument',
      message: matching(/from 0\.000 s to 1\.000 s/),
    });
  });
});
