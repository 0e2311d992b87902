/** What ffmpeg is told, by what its version can do. */
import { expect, it } from 'vitest';
import { planFrames } from '../../../src/media/film/frame-plan.js';
import type { VideoProbe } from '../../../src/media/film/probe.js';
import { fileSource } from '../../support/pictures/sources.js';

const probe: VideoProbe = {
  duration_s: 4,
  duration_of: 'stream',
  claimed_s: null,
  start_s: 0,
  hidden_s: 0,
  zero_s: 0,
  width: 64,
  height: 36,
  rotation: 0,
  fps: 25,
  codec: 'h264',
  weights: { red: 0.2126, blue: 0.0722 },
  container: 'matroska',
  stream: 0,
  others: [],
};

it.each([
  ['5.1.9-0+deb12u1', true],
  ['N-47683-g0e8eb07980-static', true],
  ['6.0', false],
  ['7.1', false],
])('%s writes pictures on a thread of its own, by the muxer fifo: %s', async (version, byFifo) => {
  const tools = { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', origin: 'system', version } as const;
  const size = { width: 64, height: 36 };
  const plan = { probe, tools, size, small: size, milliFps: 5000, keyFrames: false, seek_s: null, background: false };
  const told = planFrames(await fileSource(import.meta.filename), plan).outputOptions.join(' ');
  const matroska = byFifo
    ? '-f fifo -queue_size 14 -fifo_format matroska -format_opts allow_raw_vfw=1:write_crc32=0'
    : '-allow_raw_vfw 1 -write_crc32 0 -f matroska';
  expect(told.endsWith(matroska)).toBe(true);
});

it.each([
  [25, 1],
  [1, 2],
])(
  'of a film of %i pictures a second each is scaled after its samples are taken, or before it is repeated',
  async (fps, chains) => {
    const tools = { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', origin: 'system', version: '5.1' } as const;
    const size = { width: 64, height: 36 };
    const plan = { tools, size, small: size, milliFps: 5000, keyFrames: false, seek_s: null, background: false };
    const { filterGraph } = planFrames(await fileSource(import.meta.filename), { ...plan, probe: { ...probe, fps } });
    const taken = String(filterGraph)
      .split(';')
      .filter((chain) => chain.includes('fps=fps='));
    expect(taken).toHaveLength(chains);
    for (const chain of taken) expect(/scale=.*fps=fps=/.test(chain)).toBe(fps < 5);
  },
);
