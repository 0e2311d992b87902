/** Files and programs that would take memory, time or the whole process. */
import { chmod, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { type FrameReport, openFrames } from '../../../src/media/film/frames.js';
import { type VideoProbe, probeVideo } from '../../../src/media/film/probe.js';
import { X264, type Workspace, workspace } from '../../support/pictures/clips.js';
import { farTimestamp } from '../../support/pictures/far-timestamp.js';
import { npmTools, systemTools } from '../../support/servers/tools.js';
import { matching } from '../../support/matching.js';
import { fileSource } from '../../support/pictures/sources.js';

let files: Workspace;
beforeAll(async () => {
  files = await workspace();
});
afterAll(() => files.remove());

async function read(
  file: string,
  probe: VideoProbe,
  tools: FfmpegTools,
  stallMs?: number,
): Promise<{ times: number[]; report: FrameReport }> {
  const frames = openFrames(await fileSource(file), {
    sampleFps: 5,
    maxSide: 160,
    probe,
    tools,
    ...(stallMs ? { stallMs } : {}),
  });
  const times: number[] = [];
  for await (const { time_s, image } of frames) {
    times.push(time_s);
    frames.recycle(image.data);
  }
  return { times, report: frames.report() };
}

describe.each([
  ['the system’s ffmpeg', systemTools, /1 picture says a time that can't be right/],
  // It takes the time of decoding instead, which is right.
  ['the ffmpeg from npm', npmTools, /^$/],
] as const)('with %s', (_name, locate, said) => {
  let tools: FfmpegTools;
  beforeAll(async () => {
    tools = await locate();
  }, 300_000);

  it('a picture dated days after the others is left out, and said to be', async () => {
    const file = await farTimestamp(files);
    const probe = await probeVideo(await fileSource(file), tools);
    const { times, report } = await read(file, probe, tools);
    expect(times).toEqual([0, 0.2, 0.4, 0.6]);
    expect(report.decoded[0]?.end_s).toBeCloseTo(0.8, 2);
    expect(report.endedEarly ?? '').toMatch(said);
  });

  it('so it is when the header says the same length', async () => {
    const file = await files.make('far-header.mkv', [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=160x90:r=10:d=0.8',
      '-vf',
      "setpts='PTS+if(eq(N,7),1e6/TB,0)'",
      '-fps_mode',
      'passthrough',
      ...X264,
    ]);
    const probe = await probeVideo(await fileSource(file), tools);
    expect(probe.duration_s).toBeCloseTo(0.7, 1);
    expect(probe.claimed_s).toBeGreaterThan(999_999);
    const { times, report } = await read(file, probe, tools);
    expect(times.slice(0, 3)).toEqual([0, 0.2, 0.4]);
    expect(times.at(-1)).toBeLessThan(1.3);
    expect(report.decoded[0]?.end_s).toBeCloseTo(0.7, 1);
    expect(report.endedEarly).toMatch(/says that it lasts 100000\d\.\d s, but its pictures lie between 0\.000 s and/);
  });

  it('pictures that go on after the end that a header promises are looked at', async () => {
    const file = await files.make('short-header.mkv', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=6', ...X264]);
    const probe = await probeVideo(await fileSource(file), tools);
    const { times } = await read(file, { ...probe, duration_s: 2 }, tools);
    expect(times).toHaveLength(30);
  });

  it('a clip that says it lasts microseconds is not sampled hundreds of thousands of times a second', async () => {
    const file = await files.make('clip.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=2', ...X264]);
    const probe = await probeVideo(await fileSource(file), tools);
    const { times } = await read(file, { ...probe, duration_s: 6e-6 }, tools);
    expect(times.length).toBeGreaterThan(0);
    expect(times.length).toBeLessThan(500);
  });

  it('minutes between two pictures take no memory', async () => {
    const film = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=1/200', '-frames:v', '3', ...X264];
    const source = await fileSource(await files.make('slides.mkv', film));
    const probe = await probeVideo(source, tools);
    const frames = openFrames(source, { sampleFps: 5, maxSide: 160, smallSide: 80, probe, tools });
    let last_s = -1;
    for await (const { time_s, image } of frames) {
      expect(time_s).toBeCloseTo(last_s === -1 ? 0 : last_s + 0.2, 6);
      last_s = time_s;
      frames.recycle(image.data);
      if (image.small) frames.recycle(image.small.data);
    }
    expect(last_s).toBeGreaterThan(400);
    // Two sizes of each; there were two thousand.
    expect(frames.buffersAllocated).toBeLessThan(150);
    expect(frames.report().cuts.every((cut) => [200, 400].includes(Math.round(cut)))).toBe(true);
  });

  it('a video without a length is read to its end, pauses included', async () => {
    const file = await files.make('no-length.mkv', [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=160x90:r=10:d=2',
      '-vf',
      "setpts='PTS+if(gte(N,10),40/TB,0)'",
      '-fps_mode',
      'passthrough',
      ...X264,
      '-live',
      '1',
    ]);
    const probe = await probeVideo(await fileSource(file), tools);
    expect(probe).toMatchObject({ duration_of: 'packets', claimed_s: null });
    expect(probe.duration_s).toBeCloseTo(42, 1);
    const { times, report } = await read(file, probe, tools);
    expect(times).toHaveLength(210);
    expect(report.endedEarly).toBeNull();
  });
});

describe.runIf(process.platform !== 'win32')('a program in the place of ffmpeg', () => {
  let tools: FfmpegTools;
  let clip: string;
  let probe: VideoProbe;
  beforeAll(async () => {
    tools = await systemTools();
    clip = await files.make('clip.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=2', ...X264]);
    probe = await probeVideo(await fileSource(clip), tools);
  });

  async function program(name: string, script: string): Promise<FfmpegTools> {
    const ffmpeg = files.path(name);
    await writeFile(ffmpeg, `#!/bin/sh\n${script}\n`);
    await chmod(ffmpeg, 0o755);
    return { ...tools, ffmpeg };
  }

  it.each([
    ['zeros', 'head -c 100000 /dev/zero'],
    ['a text', 'yes "This is no video."'],
    ['noise', 'head -c 1000000 /dev/urandom'],
  ])('that writes %s is a typed error', async (name, script) => {
    await expect(read(clip, probe, await program(name, script))).rejects.toMatchObject({
      name: 'RollcallError',
      code: 'missing_dependency',
      message: matching(/not the Matroska/),
    });
  });

  it('that says nothing is ended, and so it is said', async () => {
    const silent = await program('silent', 'exec sleep 600');
    await expect(read(clip, probe, silent, 300)).rejects.toMatchObject({
      code: 'not_a_video',
      message: matching(/gave nothing for 0.3 s and was stopped/),
    });
  });

  it('that falls silent on its way leaves what came before', async () => {
    const stuck = await program('stuck', `${tools.ffmpeg} "$@"; exec sleep 600`);
    const { times, report } = await read(clip, { ...probe, duration_s: 60 }, stuck, 500);
    expect(times.length).toBeGreaterThan(5);
    expect(report.endedEarly).toMatch(/ended at 2\.\d+ s, 58\.\d s before .*gave nothing for 0\.5 s/);
  });

  it('that is absent is a typed error', async () => {
    await expect(read(clip, probe, { ...tools, ffmpeg: '/no/such/ffmpeg' })).rejects.toMatchObject({
      code: 'missing_dependency',
    });
    await expect(probeVideo(await fileSource(clip), { ...tools, ffprobe: '/no/such/ffprobe' })).rejects.toMatchObject({
      code: 'missing_dependency',
    });
  });
});
