import { describe, expect, test } from 'vitest';
import type { RgbImage } from '../../src/domain/types.js';
import { detectorSize, toTensor, type Letterbox, type PixelFormat } from '../../src/vision/resample.js';
import { generator } from '../support/tiny-graphs.js';

function noise(width: number, height: number): RgbImage {
  const random = generator(width * height);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256)) };
}

/** The filter as it is defined, one output at a time, rounded to float32 where the passes store. */
function reference({ width, height, data }: RgbImage, box: Letterbox, { order, mean, scale }: PixelFormat): Float32Array {
  const radius = Math.max(1, 1 / box.scale), fround = Math.fround;
  const taps = (i: number, size: number) => {
    const at = (i + 0.5) / box.scale - 0.5, first = Math.floor(at - radius) + 1;
    const all = Array.from({ length: 2 * Math.ceil(radius) }, (_, k) => ({ at: Math.min(size - 1, Math.max(0, first + k)), raw: Math.max(0, 1 - Math.abs(first + k - at) / radius) }));
    const sum = all.reduce((s, { raw }) => s + raw, 0);
    return all.map(({ at: p, raw }) => ({ at: p, w: fround(fround(raw) / sum) }));
  };
  const plane = box.width * box.height, out = new Float32Array(3 * plane).fill((0 - mean) * scale);
  const across = Math.min(box.width, Math.round(width * box.scale)), down = Math.min(box.height, Math.round(height * box.scale));
  const columns = Array.from({ length: across }, (_, x) => taps(x, width)), rows = Array.from({ length: down }, (_, y) => taps(y, height));
  for (let c = 0; c < 3; c++) {
    const target = (order === 'rgb' ? c : 2 - c) * plane;
    columns.forEach((column, x) => {
      const narrowed = Array.from({ length: height }, (_, y) => fround(column.reduce((s, { at, w }) => s + w * (data[(y * width + at) * 3 + c] ?? NaN), 0)));
      rows.forEach((row, y) => { out[target + y * box.width + x] = (row.reduce((s, { at, w }) => fround(s + w * (narrowed[at] ?? NaN)), 0) - mean) * scale; });
    });
  }
  return out;
}

describe('toTensor is the triangle filter bit for bit', () => {
  const rgb: PixelFormat = { order: 'rgb', mean: 0, scale: 1 }, bgr: PixelFormat = { order: 'bgr', mean: 127.5, scale: 1 / 128 };
  test.each([
    ['by one half, padded below', 128, 72, 64], ['by one half, even edges', 128, 64, 64], ['by one half, odd height', 128, 71, 64], ['by one half, upright and odd width', 67, 128, 64],
    ['by a third', 192, 96, 64], ['by no round number', 150, 83, 64], ['enlarged', 40, 22, 64], ['as it is', 64, 36, 64],
  ])('%s', (_, width, height, side) => {
    const image = noise(width, height), box = detectorSize(width, height, side);
    for (const format of [rgb, bgr]) {
      // What was there before must not show.
      const out = new Float32Array(3 * box.width * box.height).fill(NaN);
      toTensor(image, box, format, out);
      expect(Buffer.compare(Buffer.from(out.buffer), Buffer.from(reference(image, box, format).buffer))).toBe(0);
    }
  });
});
