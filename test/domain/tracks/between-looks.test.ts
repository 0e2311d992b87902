import { expect, it } from 'vitest';
import { facesBetween, followed } from '../../../src/domain/tracks/between-looks.js';
import { CROP_SIDE, type Face, type Landmarks } from '../../../src/domain/types.js';
import { generator } from '../../support/networks/tiny-graphs.js';

function face(x: number, w = 40, more: Partial<Face> = {}): Face {
  const points = [0, 1, 2, 3, 4].map((i) => ({ x: x + i, y: 10 + i })) as unknown as Landmarks;
  return { box: { x, y: 10, w, h: w }, landmarks: points, score: 0.9, quality: 0.5, ...more };
}

function crop(seed: number): Uint8Array {
  const random = generator(seed),
    cells = Array.from({ length: 8 * 8 }, () => random() * 255);
  return Uint8Array.from({ length: CROP_SIDE * CROP_SIDE * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return cells[Math.floor(Math.floor(pixel / CROP_SIDE) / 14) * 8 + Math.floor((pixel % CROP_SIDE) / 14)] ?? 0;
  });
}

it('follows faces that two pictures have in common, in whatever order they come', () => {
  const pairs = followed([face(100), face(300)], [face(310), face(104)]);
  expect(pairs?.map(({ before, after }) => [before.box.x, after.box.x])).toEqual([
    [100, 104],
    [300, 310],
  ]);
  expect(followed([], [])).toEqual([]);
});

it.each([
  ['comes', [face(100)], [face(100), face(300)]],
  ['goes', [face(100)], []],
  ['moves further than it is wide', [face(100)], [face(135)]],
  ['grows much', [face(100, 40)], [face(90, 60)]],
  ['makes place for another', [face(100, 40, { crop: crop(1) })], [face(100, 40, { crop: crop(2) })]],
])('does not say who is between where a face %s', (_, before, after) => {
  expect(followed(before, after)).toBeNull();
});

it('puts a followed face between the two places, no surer than at either', () => {
  const same = crop(1);
  const pairs = followed(
    [face(100, 40, { crop: same, quality: 0.4, score: 0.7 })],
    [face(108, 44, { crop: same, quality: 0.8, score: 0.9 })],
  );
  const [found] = facesBetween(pairs ?? expect.unreachable(), 0.25);
  expect(found).toMatchObject({ box: { x: 102, y: 10, w: 41, h: 41 }, score: 0.7 });
  expect(found?.quality).toBeCloseTo(0.5);
  expect(found?.crop).toBeUndefined();
  const gated = followed([face(100)], [face(100, 40, { gated: 'profile', quality: 0 })]);
  expect(facesBetween(gated ?? expect.unreachable(), 0.5)[0]).toMatchObject({ gated: 'profile', quality: 0 });
});
