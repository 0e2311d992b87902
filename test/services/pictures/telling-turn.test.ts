/** When a picture is told as it was turned, by the quality of its main face as given and as turned. */
import { expect, it } from 'vitest';
import type { Face } from '../../../src/domain/types.js';
import { bestTurn, isDoubtful, isGain, tellingTurn } from '../../../src/services/pictures/upright.js';
import { stillOf } from '../../support/pictures/still-of.js';

it.each([
  [null, true],
  [0.29, true],
  [0.3, false],
  [0.9, false],
])('a main face of quality %s gives reason to turn the picture: %s', async (quality, isReason) => {
  let asked = 0;
  const best = () => ((asked += 1), Promise.resolve({ quality: 1 }));
  expect(await tellingTurn(quality, best)).toEqual(isReason ? { quality: 1 } : null);
  expect([asked, isDoubtful(quality)]).toEqual([isReason ? 1 : 0, isReason]);
});

it.each([
  // It has to gain so much …
  [0.25, 0.44, false],
  [0.25, 0.45, true],
  // … and not to be doubtful itself.
  [0.05, 0.29, false],
  [0.05, 0.3, true],
  [null, 0.29, false],
  [null, 0.3, true],
])('of %s as given, a face of %s as turned tells the picture: %s', async (given, turned, tells) => {
  expect(isGain(turned, given)).toBe(tells);
  const best = { quality: turned };
  expect(await tellingTurn(given, () => Promise.resolve(best))).toBe(tells ? best : null);
});

it('a picture in which nothing is found however it is turned stays as given', async () => {
  expect(await tellingTurn(null, () => Promise.resolve(null))).toBeNull();
});

it.each([
  // By 180°, 90° and 270°.
  [[0.4, 0.49, 0.3], 90, 3],
  [[0.4, 0.5, 0.9], 90, 2],
  [[0.6, 0.9, 0.9], 180, 1],
])('of turns that come to %s the one by %i° is taken, after %i', async (qualities, turn, tried) => {
  const point = { x: 20, y: 20 };
  const face: Face = {
    ...{ box: { x: 10, y: 10, w: 20, h: 20 }, landmarks: [point, point, point, point, point], score: 0.9 },
    ...{ quality: 1, crop: new Uint8Array(1) },
  };
  let embedded = 0;
  const best = await bestTurn(
    stillOf({ width: 40, height: 60, data: new Uint8Array(40 * 60 * 3) }),
    undefined,
    { norms: { least: 0, ample: 1 } },
    {
      detect: () => Promise.resolve({ faces: [face] }),
      embed: () => Promise.resolve([{ vector: new Float32Array(1), norm: qualities[embedded++] ?? NaN }]),
    },
  );
  expect([best?.turn, embedded]).toEqual([turn, tried]);
  expect(best?.quality).toBe(qualities[tried === 1 ? 0 : 1]);
});
