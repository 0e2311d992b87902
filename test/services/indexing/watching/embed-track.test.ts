// Which crops of a track are embedded, and what tells the others.
import { expect, it } from 'vitest';
import { CROP_SIDE, type Embedding } from '../../../../src/domain/types.js';
import { embedTrack } from '../../../../src/services/indexing/watching/embed-track.js';
import type { PackInfo } from '../../../../src/vision/pipeline.js';

/** A crop of a face that is turned by so much; the pixel at the corner tells it from others that look the same. */
const crop = (time_s: number, turned: number) => ({
  time_s,
  quality: 0.81 - time_s / 100,
  box: { x: 0, y: 0, w: 60, h: 80 },
  crop: Uint8Array.from({ length: CROP_SIDE ** 2 * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % CROP_SIDE,
      y = Math.floor(i / 3 / CROP_SIDE);
    return i === 0 ? time_s : 20 + x * (1 - turned) + y * turned;
  }),
});

/** Embeds a crop as where it was, with such a norm; remembers what it was asked for. */
function embedder(norm: number) {
  const asked: number[] = [];
  const pack = { norms: { least: 1, ample: 2 } } as PackInfo;
  const embed = (crops: readonly Uint8Array[]): Promise<Embedding[]> =>
    Promise.resolve(
      crops.map((bytes) => {
        asked.push(bytes[0] ?? -1);
        return { vector: Float32Array.of(bytes[0] ?? -1), norm };
      }),
    );
  return { pack, embed, asked };
}
const crops = [crop(0, 0), crop(1, 0), crop(2, 1), crop(3, 0)];

it('embeds one of the crops that look the same; it tells the others, each of its own quality', async () => {
  const looking = embedder(2);
  const told = await embedTrack({ crops, jumps: [] }, looking);
  expect(looking.asked).toEqual([0, 2]);
  expect(told.weak).toBe(0);
  expect(told.crops.map(({ time_s, vector, norm }) => [time_s, vector[0], norm])).toEqual([
    [0, 0, 2],
    [1, 0, 2],
    [2, 2, 2],
    [3, 0, 2],
  ]);
  for (const { time_s, quality } of told.crops) expect(quality).toBeCloseTo(Math.sqrt(0.81 - time_s / 100), 6);
});

it('embeds each where the face is poor: their errors even out', async () => {
  // Quality about 0.27 of 0.4.
  const looking = embedder(1.3);
  const told = await embedTrack({ crops, jumps: [] }, looking);
  expect(looking.asked.toSorted()).toEqual([0, 1, 2, 3]);
  expect(told.crops.map(({ time_s, vector }) => [time_s, vector[0]])).toEqual([0, 1, 2, 3].map((t) => [t, t]));
});

it('counts each that is too poor', async () => {
  const looking = embedder(0.5);
  expect(await embedTrack({ crops, jumps: [] }, looking)).toEqual({ crops: [], weak: 4 });
});

it('embeds a crop that a picture gives again and again once, however poor', async () => {
  const looking = embedder(1.3);
  const one = crop(0, 0),
    again = [0, 1, 2, 3].map((time_s) => ({ ...one, time_s }));
  const told = await embedTrack({ crops: again, jumps: [] }, looking);
  expect(looking.asked).toEqual([0]);
  expect(told.crops.map(({ time_s }) => time_s)).toEqual([0, 1, 2, 3]);
});
