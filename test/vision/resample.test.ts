import { describe, expect, test } from 'vitest';
import { ARCFACE_TEMPLATE, fitSimilarity, invert } from '../../src/domain/faces/alignment.js';
import { CROP_SIDE, type Landmarks, type RgbImage } from '../../src/domain/types.js';
import { detectorSize, type Letterbox, type PixelFormat } from '../../src/vision/sampling/letterbox.js';
import { fromPixels, fromPlanes } from '../../src/vision/sampling/scaled-picture.js';
import { alignFace } from '../../src/vision/sampling/resample.js';
import { toTensor } from '../../src/vision/sampling/triangle-filter.js';
import { planar } from '../support/pictures/planes.js';
import { generator } from '../support/networks/tiny-graphs.js';

function noise(width: number, height: number): RgbImage {
  const random = generator(width * height);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256)) };
}

/** The filter as it is defined, one output at a time, rounded to float32 where the passes store. */
function reference(
  { width, height, data }: RgbImage,
  box: Letterbox,
  { order, mean, scale }: PixelFormat,
): Float32Array {
  const radius = Math.max(1, 1 / box.scale),
    fround = Math.fround;
  const taps = (i: number, size: number) => {
    const at = (i + 0.5) / box.scale - 0.5,
      first = Math.floor(at - radius) + 1;
    const all = Array.from({ length: 2 * Math.ceil(radius) }, (_, k) => ({
      at: Math.min(size - 1, Math.max(0, first + k)),
      raw: Math.max(0, 1 - Math.abs(first + k - at) / radius),
    }));
    const sum = all.reduce((s, { raw }) => s + raw, 0);
    return all.map(({ at: p, raw }) => ({ at: p, w: fround(fround(raw) / sum) }));
  };
  const plane = box.width * box.height,
    out = new Float32Array(3 * plane).fill((0 - mean) * scale);
  const across = Math.min(box.width, Math.round(width * box.scale)),
    down = Math.min(box.height, Math.round(height * box.scale));
  const columns = Array.from({ length: across }, (_, x) => taps(x, width)),
    rows = Array.from({ length: down }, (_, y) => taps(y, height));
  for (let c = 0; c < 3; c++) {
    const target = (order === 'rgb' ? c : 2 - c) * plane;
    columns.forEach((column, x) => {
      const narrowed = Array.from({ length: height }, (_, y) =>
        fround(column.reduce((s, { at, w }) => s + w * (data[(y * width + at) * 3 + c] ?? NaN), 0)),
      );
      rows.forEach((row, y) => {
        out[target + y * box.width + x] =
          (row.reduce((s, { at, w }) => fround(s + w * (narrowed[at] ?? NaN)), 0) - mean) * scale;
      });
    });
  }
  return out;
}

describe('toTensor is the triangle filter bit for bit', () => {
  const rgb: PixelFormat = { order: 'rgb', mean: 0, scale: 1 },
    bgr: PixelFormat = { order: 'bgr', mean: 127.5, scale: 1 / 128 };
  test.each([
    ['by one half, padded below', 128, 72, 64],
    ['by one half, even edges', 128, 64, 64],
    ['by one half, odd height', 128, 71, 64],
    ['by one half, upright and odd width', 67, 128, 64],
    ['by a third', 192, 96, 64],
    ['by no round number', 150, 83, 64],
    ['enlarged', 40, 22, 64],
    ['as it is', 64, 36, 64],
  ])('%s', (_, width, height, side) => {
    const image = noise(width, height),
      box = detectorSize(width, height, side);
    for (const format of [rgb, bgr]) {
      // What was there before must not show.
      const out = new Float32Array(3 * box.width * box.height).fill(NaN);
      toTensor(image, box, format, out);
      expect(Buffer.compare(Buffer.from(out.buffer), Buffer.from(reference(image, box, format).buffer))).toBe(0);
    }
  });
});

describe('pictures of the right size are laid down as toTensor does it', () => {
  test.each([
    ['as wide as the input, padded below', 64, 36],
    ['as high as the input, padded at the side', 36, 64],
    ['without padding', 64, 32],
  ])('%s', (_, width, height) => {
    const image = noise(width, height),
      box = detectorSize(width, height, 64);
    const formats: PixelFormat[] = [
      { order: 'rgb', mean: 0, scale: 1 },
      { order: 'bgr', mean: 127.5, scale: 1 / 128 },
    ];
    for (const format of formats) {
      const input = () => new Float32Array(3 * box.width * box.height).fill(NaN);
      const [planes, pixels, expected] = [input(), input(), input()];
      fromPlanes(planar(image), box, format, planes);
      fromPixels(image, box, format, pixels);
      toTensor(image, box, format, expected);
      expect(planes).toEqual(expected);
      expect(pixels).toEqual(expected);
    }
  });
});

describe('alignFace is the mean of bilinear samples byte for byte', () => {
  /** The template turned, enlarged and moved. */
  function landmarks(scale: number, turn: number, x: number, y: number): Landmarks {
    const [a, b] = [scale * Math.cos(turn), scale * Math.sin(turn)];
    const [l, r, nose, ml, mr] = ARCFACE_TEMPLATE.map((p, i) => ({
      x: a * p.x - b * p.y + x + 0.3 * i,
      y: b * p.x + a * p.y + y,
    }));
    if (!l || !r || !nose || !ml || !mr) throw new Error('the template has five points');
    return [l, r, nose, ml, mr];
  }

  function crop({ width, height, data }: RgbImage, points: Landmarks): Uint8Array {
    const back = invert(fitSimilarity(points, ARCFACE_TEMPLATE)),
      n = Math.hypot(back.a, back.b) >= 1.5 ? 2 : 1;
    const pixel = (x: number, y: number, c: number) =>
      x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[(y * width + x) * 3 + c] ?? NaN);
    return Uint8Array.from({ length: CROP_SIDE * CROP_SIDE * 3 }, (_, at) => {
      const c = at % 3,
        u = Math.floor(at / 3) % CROP_SIDE,
        v = Math.floor(at / 3 / CROP_SIDE);
      let sum = 0;
      for (let s = 0; s < n * n; s++) {
        const cu = u + ((s % n) + 0.5) / n - 0.5,
          cv = v + (Math.floor(s / n) + 0.5) / n - 0.5;
        const x = back.a * cu - back.b * cv + back.tx,
          y = back.b * cu + back.a * cv + back.ty;
        const x0 = Math.floor(x),
          y0 = Math.floor(y),
          fx = x - x0,
          fy = y - y0;
        sum +=
          (1 - fx) * (1 - fy) * pixel(x0, y0, c) +
          fx * (1 - fy) * pixel(x0 + 1, y0, c) +
          (1 - fx) * fy * pixel(x0, y0 + 1, c) +
          fx * fy * pixel(x0 + 1, y0 + 1, c);
      }
      return sum / (n * n) + 0.5;
    });
  }

  const image = noise(500, 420);
  test.each([
    ['inside, small', 0.5, 0.1, 60, 60],
    ['inside, turned', 1.6, -0.4, 120, 160],
    ['inside, large', 3.2, 0.02, 60, 30],
    ['flush with the corner', 1, 0, 0.51, 0.51],
    ['over the corner', 1.3, 0.2, -20, -30],
    ['over the far corner', 2, 0, 330, 260],
  ])('%s', (_, scale, turn, x, y) => {
    const points = landmarks(scale, turn, x, y);
    expect(Buffer.compare(Buffer.from(alignFace(image, points)), Buffer.from(crop(image, points)))).toBe(0);
  });

  test.each([4.3, 6.5])('a face %s times as large as the crop is averaged, also over an edge', (scale) => {
    const border = 400,
      framed = bordered(image, border);
    for (const [x, y] of [
      [-60, -90],
      [40, 30],
      [500 - 60 * scale, 420 - 70 * scale],
    ] as const) {
      const cut = alignFace(image, landmarks(scale, 0.1, x, y)),
        inside = alignFace(framed, landmarks(scale, 0.1, x + border, y + border));
      // The similarity is fitted anew: where a sum lies between two bytes, its last bit says which.
      expect(Math.max(...cut.map((byte, i) => Math.abs(byte - (inside[i] ?? 0))))).toBeLessThanOrEqual(1);
    }
    // Of pixels that have nothing to do with each other the mean of k deviates by 1 ÷ √k of what one does.
    const middle = deviation(alignFace(noise(1000, 1000), landmarks(scale, 0.1, 200, 100)));
    expect(middle).toBeLessThan((1.3 * deviation(image.data)) / scale);
  });

  function bordered({ width, height, data }: RgbImage, border: number): RgbImage {
    const w = width + 2 * border;
    const framed = new Uint8Array(w * (height + 2 * border) * 3);
    for (let y = 0; y < height; y++)
      framed.set(data.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((y + border) * w + border));
    return { width: w, height: height + 2 * border, data: framed };
  }

  function deviation(bytes: Uint8Array): number {
    const mean = bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
    return Math.sqrt(bytes.reduce((sum, byte) => sum + (byte - mean) ** 2, 0) / bytes.length);
  }
});
