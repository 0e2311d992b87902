import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Interval } from '../../../src/domain/types.js';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { type FrameReport, openFrames } from '../../../src/media/film/frames.js';
import { probeVideo } from '../../../src/media/film/probe.js';
import { THUMBNAIL } from '../../../src/domain/shots/frame-thumbnails.js';
import {
  X264,
  type Workspace,
  bFrames,
  frameTimes,
  numbered,
  readNumber,
  workspace,
} from '../../support/pictures/clips.js';
import { interleaved } from '../../support/pictures/planes.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';
import { fileSource } from '../../support/pictures/sources.js';
import { rgbOf } from '../../support/pictures/yuv.js';

let files: Workspace;
beforeAll(async () => {
  files = await workspace();
});
afterAll(() => files.remove());

interface Shown {
  time_s: number;
  number: number;
}

async function read(
  file: string,
  tools: FfmpegTools,
  sampleFps: number,
  range?: Interval,
): Promise<{ shown: Shown[]; report: FrameReport }> {
  const probe = await probeVideo(await fileSource(file), tools);
  const smallSide = Math.max(probe.width, probe.height);
  const frames = openFrames(await fileSource(file), { sampleFps, maxSide: 640, smallSide, probe, tools, range });
  const shown: Shown[] = [];
  for await (const { time_s, image } of frames) {
    shown.push({ time_s, number: readNumber(rgbOf(image)) });
    const small = image.small ?? expect.unreachable('no small picture');
    expect(readNumber(interleaved(small))).toBe(readNumber(rgbOf(image)));
    frames.recycle(image.data);
    frames.recycle(small.data);
  }
  return { shown, report: frames.report() };
}

/** What a player shows at every k / fps: the last frame that has started. */
function expected(
  times: readonly number[],
  sampleFps: number,
  end_s: number,
  range: Interval = { start_s: -Infinity, end_s: Infinity },
): Shown[] {
  const shown: Shown[] = [];
  for (
    let k = Math.ceil((times[0] ?? 0) * sampleFps - 1e-6) + 0;
    k / sampleFps < Math.min(end_s, range.end_s) - 1e-6;
    k += 1
  ) {
    const time_s = k / sampleFps;
    if (time_s < range.start_s || time_s >= range.end_s) continue;
    shown.push({ time_s, number: times.findLastIndex((time) => time <= time_s + 1e-6) });
  }
  return shown;
}

describe.each([
  ['the system’s ffmpeg', systemTools],
  ['the ffmpeg from npm', npmTools],
] as const)('frames with %s', (_name, locate) => {
  let tools: FfmpegTools;
  beforeAll(async () => {
    tools = await locate();
  }, 300_000);

  const cases: { name: string; args: string[]; fps: number[]; last: number }[] = [
    { name: 'cfr.mp4', args: [...numbered(75, '25'), ...X264], fps: [5, 3, 25, 0.7], last: 1 / 25 },
    {
      name: 'ntsc-b-frames.mp4',
      args: [...numbered(120, '30000/1001'), ...bFrames(30)],
      fps: [5, 3, 10],
      last: 1001 / 30000,
    },
    {
      name: 'vfr.mp4',
      args: [
        ...numbered(60, '30'),
        '-vf',
        "settb=1/90000,setpts='if(lt(N,30),N/30,1+(N-30)/7)/TB'",
        '-vsync',
        'vfr',
        '-enc_time_base',
        '1:90000',
        '-video_track_timescale',
        '90000',
        ...X264,
      ],
      fps: [5, 12],
      last: 1 / 7,
    },
    {
      name: 'late-start.mp4',
      args: [...numbered(50, '25'), ...bFrames(25), '-output_ts_offset', '0.85'],
      fps: [5, 4],
      last: 1 / 25,
    },
    { name: 'transport.ts', args: [...numbered(75, '25'), ...bFrames(25)], fps: [5, 2], last: 1 / 25 },
    {
      name: 'web.webm',
      args: [...numbered(60, '30'), '-c:v', 'libvpx', '-b:v', '1M', '-deadline', 'realtime'],
      fps: [5],
      last: 1 / 30,
    },
  ];
  it.each(cases)(
    'show at k / fps what a player shows: $name',
    async ({ name, args, fps, last }) => {
      const file = await files.make(name, args);
      const times = await frameTimes(file);
      const end_s = (times.at(-1) ?? 0) + last;
      for (const sampleFps of fps) {
        const { shown, report } = await read(file, tools, sampleFps);
        // How long the last frame stays is a matter of taste between muxers.
        const sure = expected(times, sampleFps, times.at(-1) ?? 0);
        expect(shown.slice(0, sure.length)).toEqual(sure);
        for (const extra of shown.slice(sure.length)) {
          expect(extra.number).toBe(times.length - 1);
          expect(extra.time_s).toBeLessThan(end_s + 0.01);
        }
        expect(report.endedEarly).toBeNull();
        expect(report.decoded).toHaveLength(1);
        expect(report.decoded[0]?.start_s).toBeCloseTo(times[0] ?? NaN, 3);
        expect(report.decoded[0]?.end_s).toBeCloseTo(end_s, 2);
      }
    },
    60_000,
  );

  it.each([
    { name: 'range.mp4', gop: 250 },
    { name: 'range.mkv', gop: 50 },
    { name: 'range.ts', gop: 100 },
  ])(
    'keep true times in a range: $name',
    async ({ name, gop }) => {
      const file = await files.make(name, [...numbered(300, '25'), ...bFrames(gop)]);
      const times = await frameTimes(file);
      const range = { start_s: (times[0] ?? 0) + 6.19, end_s: (times[0] ?? 0) + 8.33 };
      const { shown, report } = await read(file, tools, 5, range);
      expect(shown).toEqual(expected(times, 5, Infinity, range));
      expect(shown.length).toBeGreaterThan(9);
      expect(report.decoded).toEqual([range]);
    },
    60_000,
  );

  it('say where a file that was cut off ends', async () => {
    const whole = await files.make('whole.mp4', [...numbered(250, '25'), ...X264, '-movflags', '+faststart']);
    const bytes = await readFile(whole);
    const file = files.path('cut-off.mp4');
    await writeFile(file, bytes.subarray(0, Math.floor(bytes.length * 0.5)));
    const { shown, report } = await read(file, tools, 5);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.length).toBeLessThan(40);
    expect(shown.map(({ time_s, number }) => Math.floor(time_s * 25 + 1e-6) - number).every((lag) => lag === 0)).toBe(
      true,
    );
    expect(report.endedEarly).toMatch(/ended at [\d.]+ s, [\d.]+ s before the end/);
    expect(report.decoded[0]?.end_s).toBeLessThan(8);
  }, 60_000);

  it('come with what was shown since the one before, to the frame', async () => {
    const file = await files.make('cfr.mp4', [...numbered(75, '25'), ...X264]);
    const probe = await probeVideo(await fileSource(file), tools);
    const frames = openFrames(await fileSource(file), { sampleFps: 2, maxSide: 640, probe, tools });
    const passed: number[][] = [],
      last: { time_s: number; at_s: number | undefined }[] = [];
    for await (const frame of frames) {
      passed.push(frame.passed.map(({ time_s }) => time_s));
      last.push({ time_s: frame.time_s, at_s: frame.passed.at(-1)?.time_s });
      expect(frame.passed.every(({ picture }) => picture.length === THUMBNAIL.bytes)).toBe(true);
      frames.recycle(frame.image.data);
    }
    expect(passed.flat()).toEqual((await frameTimes(file)).filter((t) => t <= (last.at(-1)?.time_s ?? 0) + 0.001));
    for (const { time_s, at_s } of last) expect(time_s - (at_s ?? NaN)).toBeLessThan(0.04);
  });

  it('are upright and have square pixels', async () => {
    const corner = 'color=blue:s=320x180:r=10:d=1,drawbox=x=0:y=0:w=40:h=40:c=red:t=fill';
    const phone = files.path('phone.mp4');
    await writeFile(
      phone,
      turned(await readFile(await files.make('flat.mp4', ['-f', 'lavfi', '-i', corner, ...X264]))),
    );
    const probe = await probeVideo(await fileSource(phone), tools);
    expect(probe).toMatchObject({ width: 180, height: 320, rotation: 90 });
    const frames = openFrames(await fileSource(phone), { sampleFps: 2, maxSide: 160, smallSide: 240, probe, tools });
    for await (const { image } of frames) {
      expect([image.width, image.height]).toEqual([90, 160]);
      const small = interleaved(image.small ?? expect.unreachable('no small picture'));
      expect([small.width, small.height]).toEqual([135, 240]);
      expect(at(small, 127, 8)).toEqual(expect.objectContaining({ red: true }));
      expect(at(small, 8, 8)).toEqual(expect.objectContaining({ red: false }));
      // The top left corner went to the top right.
      const large = rgbOf(image);
      expect(at(large, 85, 5)).toEqual(expect.objectContaining({ red: true }));
      expect(at(large, 5, 5)).toEqual(expect.objectContaining({ red: false }));
    }

    const wide = await files.make('anamorphic.mp4', [
      '-f',
      'lavfi',
      '-i',
      'color=blue:s=180x144:r=10:d=1,setsar=64/45',
      ...X264,
    ]);
    const wideProbe = await probeVideo(await fileSource(wide), tools);
    expect(wideProbe).toMatchObject({ width: 256, height: 144, rotation: 0 });
    expect(openFrames(await fileSource(wide), { sampleFps: 2, maxSide: 640, probe: wideProbe, tools })).toMatchObject({
      width: 256,
      height: 144,
    });
    expect(openFrames(await fileSource(wide), { sampleFps: 2, maxSide: 128, probe: wideProbe, tools })).toMatchObject({
      width: 128,
      height: 72,
    });
  }, 60_000);
});

function at(image: { width: number; data: Uint8Array }, x: number, y: number): { red: boolean } {
  const offset = (y * image.width + x) * 3;
  return { red: (image.data[offset] ?? 0) > 128 && (image.data[offset + 2] ?? 0) < 128 };
}

/** Writes a quarter turn clockwise into the display matrix of an mp4 (tkhd, ISO/IEC 14496-12 8.3.2). */
function turned(mp4: Buffer): Buffer {
  const matrix = mp4.indexOf('tkhd') + 4 + 40;
  [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000].forEach((value, i) => mp4.writeInt32BE(value, matrix + 4 * i));
  return mp4;
}
