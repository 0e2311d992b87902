import { expect, it } from 'vitest';
import { ARCFACE_TEMPLATE } from '../../src/domain/faces/alignment.js';
import type { FilmPicture, Landmarks } from '../../src/domain/types.js';
import { alignFace } from '../../src/vision/sampling/resample.js';
import { rgbOf } from '../support/pictures/yuv.js';

const width = 480,
  height = 400;

/** Slow waves of brightness and colour, in which sampling differs little from sampling otherwise. */
function waves(): FilmPicture {
  const data = new Uint8Array(1.5 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data[y * width + x] = 120 + 70 * Math.sin(x / 25) * Math.cos(y / 31);
  for (let plane = 0; plane < 2; plane++)
    for (let y = 0; y < height / 2; y++)
      for (let x = 0; x < width / 2; x++)
        data[(1 + plane / 4) * width * height + (y * width) / 2 + x] = 128 + 25 * Math.sin((x + 40 * plane + y) / 30);
  const small = { width: 2, height: 2, data: new Uint8Array(12) };
  return { width, height, data, weights: { red: 0.2126, blue: 0.0722 }, small };
}

it.each([
  ['small', 0.6, 60, 60],
  ['of the crop’s size', 1, 100, 100],
  ['twice as large', 2.2, 90, 60],
  ['so large that it is averaged first', 4.4, -10, -60],
  ['over the corner', 1.4, -40, -50],
  ['over the far corner', 2.4, 330, 260],
])('cuts the crop that RGB would give: a face %s', (_, scale, x, y) => {
  const film = waves();
  const points = ARCFACE_TEMPLATE.map((p) => ({
    x: scale * (p.x - 0.1 * p.y) + x,
    y: scale * (p.y + 0.1 * p.x) + y,
  })) as unknown as Landmarks;
  const crop = alignFace(film, points),
    expected = alignFace(rgbOf(film), points);
  const off = crop.map((byte, i) => Math.abs(byte - (expected[i] ?? 0)));
  expect(off.reduce((sum, d) => sum + d, 0) / off.length).toBeLessThan(1.5);
});

it.each([0.6, 1, 2.2, 4.4, 6.5])('cuts over an edge what it cuts inside of a black border, at scale %s', (scale) => {
  const film = waves(),
    border = 500;
  const framed = bordered(film, border);
  for (const [x, y] of [
    [-40, -50],
    [330, 260],
    [-20.3, 280.7],
  ] as const) {
    const points = (by: number) =>
      ARCFACE_TEMPLATE.map((p) => ({
        x: scale * (p.x - 0.1 * p.y) + x + by,
        y: scale * (p.y + 0.1 * p.x) + y + by,
      })) as unknown as Landmarks;
    const crop = alignFace(film, points(0)),
      inside = alignFace(framed, points(border));
    // The similarity is fitted anew: where a sum lies between two bytes, its last bit says which.
    const off = crop.map((byte, i) => Math.abs(byte - (inside[i] ?? 0)));
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
    expect(off.filter((d) => d > 0).length).toBeLessThan(off.length / 1000);
  }
});

function bordered(film: FilmPicture, border: number): FilmPicture {
  const [w, h] = [film.width + 2 * border, film.height + 2 * border];
  const data = new Uint8Array(1.5 * w * h).fill(128);
  data.fill(16, 0, w * h);
  const lay = (from: number, to: number, part: number) => {
    const [width, height, wide, edge] = [film.width / part, film.height / part, w / part, border / part];
    for (let y = 0; y < height; y++)
      data.set(film.data.subarray(from + y * width, from + (y + 1) * width), to + (y + edge) * wide + edge);
  };
  lay(0, 0, 1);
  lay(film.width * film.height, w * h, 2);
  lay(1.25 * film.width * film.height, 1.25 * w * h, 2);
  return { ...film, width: w, height: h, data };
}
