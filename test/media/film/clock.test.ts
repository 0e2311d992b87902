/** One clock: what the probe, the frames and their report say of a video is on the timeline that a player shows. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Interval } from '../../../src/domain/types.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { bFrames, numbered, readNumber, type Workspace, frameTimes, workspace } from '../../support/pictures/clips.js';
import { systemTools } from '../../support/servers/tools.js';
import { fileSource } from '../../support/pictures/sources.js';

let files: Workspace;
let tools: FfmpegTools;
beforeAll(async () => {
  files = await workspace();
  tools = await systemTools();
});
afterAll(() => files.remove());

describe('a video that starts late', () => {
  it.each([
    ['mp4', 'libx264'],
    ['mkv', 'libx264'],
    ['webm', 'libvpx'],
    ['ts', 'libx264'],
    ['mpg', 'mpeg2video'],
    ['flv', 'flv'],
    ['wmv', 'wmv2'],
    ['nut', 'mpeg4'],
    ['avi', 'mpeg4'],
  ])('ends where a player says: %s', async (container, codec) => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=3', '-pix_fmt', 'yuv420p'];
    const file = await files.make(`late.${container}`, [...source, '-c:v', codec, '-output_ts_offset', '0.85']);
    const times = await frameTimes(file);
    // A transport or program stream begins where its first picture is, whatever its clock says.
    if (['ts', 'mpg'].includes(container)) expect(times[0]).toBe(0);
    const start_s = times[0] ?? NaN,
      end_s = (times.at(-1) ?? NaN) + 0.04;
    const probe = await probeVideo(await fileSource(file), tools);
    expect(probe.start_s).toBeCloseTo(start_s, 2);
    expect(Math.abs(probe.start_s + probe.duration_s - end_s)).toBeLessThan(0.05);
    const frames = openFrames(await fileSource(file), { sampleFps: 5, maxSide: 96, probe, tools });
    for await (const { image } of frames) frames.recycle(image.data);
    const { decoded, endedEarly } = frames.report();
    expect(endedEarly).toBeNull();
    expect(decoded).toHaveLength(1);
    expect(decoded[0]?.start_s).toBeCloseTo(start_s, 2);
    expect(Math.abs((decoded[0]?.end_s ?? 0) - end_s)).toBeLessThan(0.05);
    // Milliseconds, and nothing of how numbers are kept.
    expect(decoded.flatMap((d) => [d.start_s, d.end_s]).every((s) => String(s) === String(Number(s.toFixed(3))))).toBe(
      true,
    );
  });
});

describe('a film whose edit list begins behind its first picture', () => {
  // Cut without encoding anew: more than ten seconds behind the key frame.
  it.each([[[]], [['-movflags', 'frag_keyframe+delay_moov']]])('begins there: %j', async (fragmented) => {
    const whole = await files.make('to-cut.mp4', [...numbered(400, '25'), ...bFrames(400)]);
    const file = await files.make(`cut-${fragmented.length}.mp4`, [
      '-ss',
      '12',
      '-i',
      whole,
      '-c',
      'copy',
      ...fragmented,
    ]);
    const source = await fileSource(file);
    const probe = await probeVideo(source, tools);
    expect(probe.start_s).toBe(0);
    expect(probe.duration_s).toBeCloseTo(4, 1);
    expect(probe.hidden_s > 0).toBe(fragmented.length > 0);
    for (const range of [undefined, { start_s: -1e9, end_s: 1e9 }]) {
      const frames = openFrames(source, { sampleFps: 5, maxSide: 512, probe, tools, range });
      const shown: number[] = [];
      for await (const { image, time_s } of frames) {
        if (image.weights === undefined) shown.push(readNumber(image) - 25 * time_s);
        frames.recycle(image.data);
      }
      expect(shown).toHaveLength(20);
      // A picture of the film before: the cut may be a picture late.
      expect(shown.every((number) => Math.abs(number - 300) <= 1.5)).toBe(true);
      const { decoded, endedEarly } = frames.report();
      expect(endedEarly).toBeNull();
      expect(decoded[0]?.start_s).toBe(0);
      expect(decoded[0]?.end_s).toBeCloseTo(4, 1);
    }
  });
});

describe('a recording of a broadcast', () => {
  it('is timed from where it begins, hours into the clock of the station', async () => {
    const source = [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=96x64:r=25:d=4',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'libx264',
      '-g',
      '25',
    ];
    const file = await files.make('broadcast.ts', [...source, '-output_ts_offset', '50000']);
    const probe = await probeVideo(await fileSource(file), tools);
    expect(probe).toMatchObject({ start_s: 0, duration_s: 4 });
    expect(probe.zero_s).toBeGreaterThan(50_000);
    // Also from the middle on.
    const range = { start_s: 2.1, end_s: 3.1 };
    const frames = openFrames(await fileSource(file), { sampleFps: 5, maxSide: 96, range, probe, tools });
    const times: number[] = [];
    for await (const { image, time_s } of frames) {
      times.push(time_s);
      frames.recycle(image.data);
    }
    expect(times).toEqual([2.2, 2.4, 2.6, 2.8, 3]);
    expect(frames.report()).toMatchObject({ endedEarly: null, decoded: [range] });
  });

  it('begins with its sound where that is there before the pictures', async () => {
    const codecs = ['-c:v', 'libx264', '-g', '25', '-c:a', 'aac'];
    const picture = ['-itsoffset', '0.5', '-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=4'];
    const sound = ['-f', 'lavfi', '-i', 'sine=440:d=4.5', '-map', '0:v', '-map', '1:a', '-pix_fmt', 'yuv420p'];
    const file = await fileSource(await files.make('sound-first.ts', [...picture, ...sound, ...codecs]));
    const probe = await probeVideo(file, tools);
    expect(probe.start_s).toBeGreaterThan(0.3);
    for (const range of [undefined, { start_s: 2.1, end_s: 3.1 }]) {
      const frames = openFrames(file, { sampleFps: 5, maxSide: 96, probe, tools, range });
      const times: number[] = [];
      for await (const { image, time_s } of frames) {
        times.push(time_s);
        frames.recycle(image.data);
      }
      const { decoded, endedEarly } = frames.report();
      expect(endedEarly).toBeNull();
      expect(times[0]).toBeCloseTo(range ? 2.2 : 0.2 * Math.ceil(probe.start_s * 5), 6);
      expect(decoded[0]?.start_s).toBeCloseTo(range?.start_s ?? probe.start_s, 2);
      expect(decoded[0]?.end_s).toBeCloseTo(range?.end_s ?? probe.start_s + 4, 1);
    }
  });

  it('says what it passed over where two were joined byte by byte', async () => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=4', '-pix_fmt', 'yuv420p', '-c:v', 'libx264'];
    const one = await readFile(await files.make('joined-half.ts', source));
    await writeFile(files.path('joined.ts'), Buffer.concat([one, one]));
    const file = await fileSource(files.path('joined.ts'));
    const said = async (range?: Interval) => {
      const options = { sampleFps: 5, maxSide: 96, probe: await probeVideo(file, tools), tools };
      const frames = openFrames(file, range ? { ...options, range } : options);
      for await (const { image } of frames) frames.recycle(image.data);
      return frames.report().endedEarly;
    };
    // Until its clock is a second behind a picture may be one that came late.
    expect(await said()).toMatch(/set back on the way.*: 7\d pictures, [23]\.\d s .* were not looked at/);
    expect(await said({ start_s: 0.5, end_s: 1.5 })).toBeNull();
  });

  it('keeps its times where pictures lie before its start', async () => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=2', '-pix_fmt', 'yuv420p', '-c:v', 'libx264'];
    const file = await files.make('before.mp4', source);
    const probe = { ...(await probeVideo(await fileSource(file), tools)), zero_s: 0.5, duration_s: 1.5 };
    const frames = openFrames(await fileSource(file), { sampleFps: 5, maxSide: 96, probe, tools });
    const times: number[] = [];
    for await (const { image, time_s } of frames) {
      times.push(time_s);
      frames.recycle(image.data);
    }
    expect(times[0]).toBeCloseTo(-0.4, 6);
    expect(times.at(-1)).toBeCloseTo(1.4, 6);
    expect(frames.report().decoded[0]?.start_s).toBeCloseTo(-0.5, 3);
  });
});
