/** When a picture is told as it was turned, by the quality of its main face as given and as turned. */
import { expect, it } from 'vitest';
import { isDoubtful, isGain, tellingTurn } from '../../../src/services/pictures/upright.js';

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
