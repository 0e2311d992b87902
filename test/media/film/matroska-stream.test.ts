import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import { MatroskaStream } from '../../../src/media/film/matroska-stream.js';

const WIDTH = 8,
  HEIGHT = 4,
  BYTES = WIDTH * HEIGHT * 3;

/** Reads bytes in pieces; answers how many blocks came, and what was thrown. */
function read(bytes: Buffer, piece: number): { blocks: number[]; allocated: number; error: unknown } {
  const blocks: number[] = [];
  let allocated = 0;
  const stream = new MatroskaStream({
    allocate: (track, size) => {
      if (track !== 1 || size !== BYTES) return null;
      allocated += size;
      return new Uint8Array(size);
    },
    block: (_track, time) => blocks.push(time),
  });
  try {
    for (let at = 0; at < bytes.length; at += piece) stream.push(bytes.subarray(at, at + piece));
    return { blocks, allocated, error: null };
  } catch (error) {
    return { blocks, allocated, error };
  }
}

/** A sequence of 32-bit numbers, the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const sound = spawnSync(
  'ffmpeg',
  `-v error -f lavfi -i testsrc2=s=${WIDTH}x${HEIGHT}:r=10:d=1 -pix_fmt rgb24 -c:v rawvideo -allow_raw_vfw 1 -f matroska pipe:1`.split(
    ' ',
  ),
).stdout;

describe('a Matroska stream', () => {
  it('gives the same blocks however it is cut into pieces', () => {
    for (const piece of [1, 3, 100, 1e6])
      expect(read(sound, piece)).toMatchObject({ error: null, allocated: 10 * BYTES });
    expect(read(sound, 7).blocks).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });

  it('takes any bytes: blocks, or an error that says what to do', () => {
    const next = numbers(20240611);
    let refused = 0;
    for (let round = 0; round < 3000; round += 1) {
      const noise = Buffer.from(Uint8Array.from({ length: 1 + (next() % 400) }, () => next() & 255));
      const bytes = round % 3 === 0 ? noise : Buffer.from(sound);
      if (round % 3 === 1) for (let k = 0; k <= round % 7; k += 1) bytes[next() % bytes.length] = next() & 255;
      if (round % 3 === 2) noise.copy(bytes, next() % bytes.length);
      const { error, allocated } = read(bytes, 1 + (next() % 500));
      if (error !== null) {
        refused += 1;
        expect(error).toBeInstanceOf(RollcallError);
        expect(error).toMatchObject({ code: 'missing_dependency' });
      }
      expect(allocated).toBeLessThanOrEqual(40 * BYTES);
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
