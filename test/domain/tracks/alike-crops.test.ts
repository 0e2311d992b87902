// Which crops of a track need no embedding of their own.
import { expect, it } from 'vitest';
import { alikeCrops } from '../../../src/domain/tracks/alike-crops.js';
import { CROP_SIDE } from '../../../src/domain/types.js';

const pattern = (quality: number, at: (x: number, y: number) => number) => ({
  quality,
  crop: Uint8Array.from({ length: CROP_SIDE ** 2 * 3 }, (_, i) =>
    at(Math.floor(i / 3) % CROP_SIDE, Math.floor(i / 3 / CROP_SIDE)),
  ),
});
const across = (quality: number) => pattern(quality, (x) => 20 + x),
  down = (quality: number) => pattern(quality, (_, y) => 20 + y);
/** Differs from `across` by about a tenth: a face that turned a little. */
const slanted = (quality: number) => pattern(quality, (x, y) => 20 + x + y / 2);

it('pairs each crop with the better one that looks the same, whatever their order', () => {
  const [best, other, still, again] = [across(0.9), down(0.8), across(0.5), down(0.4)];
  expect(alikeCrops([still, best, again, other])).toEqual(
    new Map([
      [still, best],
      [again, other],
    ]),
  );
});

it('leaves alone what differs by more than a face at rest does', () => {
  expect(alikeCrops([across(0.9), slanted(0.8), down(0.7)])).toEqual(new Map());
});

it('pairs with nothing that is paired itself: no chain leads away from what is embedded', () => {
  // From one to the next next to nothing changes, from the first to the last a lot.
  const turning = Array.from({ length: 12 }, (_, i) => pattern(1 - i / 20, (x, y) => 20 + x + (y * i) / 20));
  const alike = alikeCrops(turning);
  const distinct = turning.filter((crop) => !alike.has(crop));
  expect(distinct.length).toBeGreaterThan(1);
  for (const better of alike.values()) expect(distinct).toContain(better);
});
