import { readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { NICENESS } from '../../../src/domain/machine/niceness.js';
import { openFrames } from '../../../src/media/film/frames.js';
import { type VideoProbe, probeVideo } from '../../../src/media/film/probe.js';
import { X264, type Workspace, workspace } from '../../support/pictures/clips.js';
import { systemTools } from '../../support/servers/tools.js';
import { fileSource } from '../../support/pictures/sources.js';

let files: Workspace;
let clip: string;
let tools: FfmpegTools;
let probe: VideoProbe;
beforeAll(async () => {
  files = await workspace();
  tools = await systemTools();
  clip = await files.make('long.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=60', ...X264]);
  probe = await probeVideo(await fileSource(clip), tools);
}, 60_000);
afterAll(() => files.remove());

/** Command lines of this process's children that read the clip; zombies have none, but are counted by state. */
function readers(): string[] {
  return processes().map(({ state, command }) => `${state} ${command}`);
}

function processes(): { pid: string; state: string; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent) === process.pid && (state === 'Z' || command.includes(clip))
          ? [{ pid, state: state ?? '', command }]
          : [];
      } catch {
        return [];
      }
    });
}

describe.runIf(process.platform === 'linux')('the ffmpeg process', () => {
  it('is gone once the iteration is broken off', async () => {
    for await (const frame of openFrames(await fileSource(clip), { sampleFps: 5, maxSide: 320, probe, tools })) {
      expect(readers()).toHaveLength(1);
      if (frame.index === 3) break;
    }
    expect(readers()).toEqual([]);
  });

  it('is gone once the signal aborts, while a frame is waited for or held', async () => {
    for (const stopAt of [0, 2]) {
      const controller = new AbortController();
      const read = async (): Promise<void> => {
        for await (const frame of openFrames(
          await fileSource(clip),
          { sampleFps: 5, maxSide: 320, probe, tools },
          controller.signal,
        )) {
          if (frame.index === stopAt) controller.abort();
        }
      };
      await expect(read()).rejects.toMatchObject({ code: 'cancelled' });
      expect(readers()).toEqual([]);
    }
  });

  it('is not even waited for when the signal aborts before it has started', async () => {
    const controller = new AbortController();
    const frames = openFrames(await fileSource(clip), { sampleFps: 5, maxSide: 320, probe, tools }, controller.signal)[
      Symbol.asyncIterator
    ]();
    const first = frames.next();
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(readers()).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('where others want the processor', () => {
  it('stays behind with all of its threads if nobody waits for it, and only then', async () => {
    const file = await fileSource(clip);
    for (const background of [true, false]) {
      const options = { sampleFps: 5, maxSide: 320, probe, tools, background };
      for await (const { index } of openFrames(file, options)) {
        const [reader] = processes().map(({ pid }) => pid);
        const threads = readdirSync(`/proc/${reader}/task`).map(Number);
        expect(threads.length).toBeGreaterThan(1);
        const behind = threads.map((thread) => os.getPriority(thread) - os.getPriority());
        expect(new Set(behind)).toEqual(new Set([background ? NICENESS.decoder : 0]));
        if (index === 3) break;
      }
    }
  });
});

describe('memory', () => {
  it('does not grow with the length of the video', async () => {
    const counts: number[] = [];
    for (const end_s of [10, 60]) {
      const frames = openFrames(await fileSource(clip), {
        sampleFps: 10,
        maxSide: 320,
        probe,
        tools,
        range: { start_s: 0, end_s },
      });
      let seen = 0;
      for await (const frame of frames) {
        seen += 1;
        frames.recycle(frame.image.data);
      }
      expect(seen).toBe(end_s * 10);
      counts.push(frames.buffersAllocated);
    }
    // One is being filled, a pipe's worth may have overshot the six that wait, a few wait for the shots to settle.
    expect(Math.max(...counts)).toBeLessThanOrEqual(14);
  }, 60_000);

  it('is bounded while the consumer is slow', async () => {
    const slow = openFrames(await fileSource(clip), { sampleFps: 25, maxSide: 320, probe, tools });
    for await (const _ of slow) {
      // As long as it takes to decode the whole clip.
      const other = openFrames(await fileSource(clip), { sampleFps: 25, maxSide: 320, probe, tools });
      for await (const frame of other) other.recycle(frame.image.data);
      expect(slow.buffersAllocated).toBeLessThanOrEqual(14);
      break;
    }
  }, 60_000);
});
