import { expect, it } from 'vitest';
import { coarseChange, coarsePeak, coarsePicture } from '../../../src/domain/shots/coarse-picture.js';
import type { PlanarImage } from '../../../src/domain/types.js';

/** Green as told by place; blue and red are noise that must not count. */
function planes(width: number, height: number, green: (x: number, y: number) => number): PlanarImage {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
    i < width * height ? green(i % width, Math.floor(i / width)) : (i * 77) % 256,
  );
  return { width, height, data };
}

it('has the mean of each block of sixteen pixels, without what is left at the edges', () => {
  const means = coarsePicture(planes(40, 33, (x) => (x < 16 ? 10 : x < 32 ? 200 : 99)));
  expect([...means]).toEqual([10, 200, 10, 200]);
});

it('averages over noise: a picture and the same with grain differ by next to nothing', () => {
  const plain = planes(64, 64, () => 100),
    grain = planes(64, 64, (x, y) => 100 + ((x * 31 + y * 17) % 2 === 0 ? 6 : -6));
  expect(coarseChange(coarsePicture(plain), coarsePicture(grain))).toBeLessThan(0.001);
});

it('says what share of all brightness changed: of a quarter of the picture, by half', () => {
  const dark = planes(64, 64, () => 0),
    quarter = planes(64, 64, (x, y) => (x < 32 && y < 32 ? 127.5 : 0));
  expect(coarseChange(coarsePicture(dark), coarsePicture(quarter))).toBeCloseTo(0.25 * (127 / 255), 3);
  expect(coarseChange(coarsePicture(dark), coarsePicture(dark))).toBe(0);
});

it('says of pictures too small to compare that they differ', () => {
  const tiny = coarsePicture(planes(15, 15, () => 50));
  expect(coarseChange(tiny, tiny)).toBe(1);
});

it('says what the block changed by that changed most, however large the picture', () => {
  const plain = coarsePicture(planes(640, 352, () => 100)),
    spot = coarsePicture(planes(640, 352, (x, y) => (x >= 320 && x < 336 && y < 16 ? 151 : 100)));
  expect(coarsePeak(plain, spot)).toBeCloseTo(0.2, 5);
  expect(coarseChange(plain, spot)).toBeLessThan(0.001);
  expect(coarsePeak(plain, plain)).toBe(0);
});

it('takes pictures of no block, or of other sizes, for others', () => {
  const tiny = coarsePicture(planes(15, 15, () => 50));
  expect(coarsePeak(tiny, tiny)).toBe(1);
  expect(coarsePeak(coarsePicture(planes(32, 16, () => 9)), coarsePicture(planes(16, 16, () => 9)))).toBe(1);
});
