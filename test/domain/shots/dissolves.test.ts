// One scene that turns into another little by little, told from light, motion and cuts.
import { describe, expect, it } from 'vitest';
import { DissolveFinder } from '../../../src/domain/shots/dissolves.js';
import { blend, flat, lit, map, panned, picture, scene, still } from '../../support/pictures/thumbnails.js';

const [a, b] = [picture(scene(1, 0.6)), picture(scene(3, 0.6))];
/** Pictures a second: as many as it looks at. */
const FPS = 12.5;

/** What was answered, and with which picture. */
function answers(
  pictures: readonly Uint8Array[],
  { fps = FPS, times = pictures.map((_, k) => k / fps) } = {},
): { middle_s: number; after: number }[] {
  const finder = new DissolveFinder();
  return pictures.flatMap((one, k) => {
    const middle_s = finder.push(one, times[k] ?? NaN);
    return middle_s === null ? [] : [{ middle_s, after: k }];
  });
}
/** So many blends in equal steps. */
function blends(from: Uint8Array, to: Uint8Array, steps: number): Uint8Array[] {
  return Array.from({ length: steps }, (_, k) => blend(from, to, (k + 1) / (steps + 1)));
}
/** One scene, blends, and the other. */
const dissolve = (steps: number, from = a, to = b) => [...still(from, 8), ...blends(from, to, steps), ...still(to, 8)];

describe('a dissolve', () => {
  it.each([1, 2, 3, 6, 10, 15, 19])('over %i pictures is told by its middle, once it is over', (steps) => {
    const found = answers(dissolve(steps));
    expect(found).toHaveLength(1);
    // From the last picture of the old scene, number 7, to the first of the new one.
    const middle = (7 + (8 + steps)) / 2;
    expect(Math.abs((found[0]?.middle_s ?? NaN) - middle / FPS)).toBeLessThan(1.01 / FPS);
    // Two calm pictures of the new scene say that it is over.
    expect(found[0]?.after).toBeGreaterThanOrEqual(8 + steps);
    expect(found[0]?.after).toBeLessThanOrEqual(8 + steps + 2);
  });
  it('is found at any number of pictures a second, of which it looks at twelve and a half', () => {
    for (const fps of [24, 25, 30, 60]) {
      const steps = Math.round(0.8 * fps);
      const film = [...still(a, fps), ...blends(a, b, steps), ...still(b, fps)];
      const found = answers(film, { fps });
      expect(found).toHaveLength(1);
      expect(Math.abs((found[0]?.middle_s ?? NaN) - (fps + steps / 2) / fps)).toBeLessThan(0.1);
    }
  });
  it('does not last longer than twenty ticks, nor is it a cut', () => {
    expect(answers(dissolve(40))).toEqual([]);
    expect(answers(dissolve(0))).toEqual([]);
  });
  it('is found again and again', () => {
    const c = picture(scene(5, 0.6));
    const found = answers([...dissolve(6), ...still(b, 6), ...blends(b, c, 6), ...still(c, 30), ...dissolve(6, c, a)]);
    expect(found).toHaveLength(3);
  });
  it('goes on while people in it move a little', () => {
    const moving = (seed: number, k: number) => panned(scene(seed, 0.6), 0.2 * k);
    const film = Array.from({ length: 26 }, (_, k) =>
      blend(picture(moving(1, k)), picture(moving(3, k)), Math.min(1, Math.max(0, (k - 8) / 10))),
    );
    expect(answers(film)).toHaveLength(1);
  });
  it('may go through black, white or a colour, at which its middle lies', () => {
    for (const colour of [flat(0), flat(255), map(flat(0), (_, i) => [200, 40, 90][i % 3] ?? 0)]) {
      const film = [
        ...still(a, 8),
        ...blends(a, colour, 4),
        ...still(colour, 4),
        ...blends(colour, b, 4),
        ...still(b, 8),
      ];
      const found = answers(film);
      expect(found).toHaveLength(1);
      // Black is seen in pictures 12 to 15.
      expect(found[0]?.middle_s).toBeGreaterThanOrEqual(12.5 / FPS);
      expect(found[0]?.middle_s).toBeLessThanOrEqual(15.5 / FPS);
    }
  });
});

describe('no dissolve', () => {
  it('is a scene that stays, or moves', () => {
    expect(answers(still(a, 40))).toEqual([]);
    for (const step of [0.5, 1, 3, 6])
      expect(answers(Array.from({ length: 40 }, (_, k) => picture(panned(scene(1, 0.6), step * k))))).toEqual([]);
  });
  it('is a pan from rest to rest', () => {
    const at = (k: number) => 5 * Math.min(8, Math.max(0, k - 10));
    expect(answers(Array.from({ length: 30 }, (_, k) => picture(panned(scene(1, 0.6), at(k)))))).toEqual([]);
  });
  it('is light that comes up or goes down', () => {
    expect(answers(dissolve(6, a, lit(a, 70)))).toEqual([]);
    expect(
      answers(
        dissolve(
          6,
          a,
          map(a, (v) => v / 3),
        ),
      ),
    ).toEqual([]);
  });
  it('is a fade to black and back to the same scene', () => {
    const film = [...still(a, 8), ...blends(a, flat(0), 4), ...blends(flat(0), a, 4), ...still(a, 8)];
    expect(answers(film)).toEqual([]);
  });
  it('is a fade to black alone, or from it: there are no two scenes', () => {
    expect(answers(dissolve(6, a, flat(0)))).toEqual([]);
    expect(answers(dissolve(6, flat(0), a))).toEqual([]);
    // Nor with a little noise on the black.
    const dark = map(flat(10), (v, i) => v + ((i * 7) % 5));
    expect(answers(dissolve(6, a, dark))).toEqual([]);
  });
  it('is a cut, nor one with a blend before and after it', () => {
    const step = (shares: number[]) => [...still(a, 8), ...shares.map((share) => blend(a, b, share)), ...still(b, 8)];
    expect(answers(step([0.1, 0.15, 0.9, 0.95]))).toEqual([]);
    expect(answers(step([0.2, 0.4, 0.8, 0.9]))).toHaveLength(1);
  });
  it('is one that turns back on its way', () => {
    const shares = [0.2, 0.5, 0.8, 0.4, 0.1, 0.5, 0.9];
    expect(answers([...still(a, 8), ...shares.map((share) => blend(a, b, share)), ...still(b, 8)])).toEqual([]);
  });
  it('is one through a third scene', () => {
    const c = picture(scene(5, 0.6));
    const film = [...still(a, 8), ...blends(a, c, 3), c, ...blends(c, b, 3), ...still(b, 8)];
    expect(answers(film)).not.toContainEqual(expect.objectContaining({ after: 17 }));
  });
  it('is what can hardly be seen', () => {
    // The two scenes, with so much less contrast that they are so far apart (root mean square of the greys).
    const grey = (of: Uint8Array, i: number) => ((of[i] ?? 0) + 2 * (of[i + 1] ?? 0) + (of[i + 2] ?? 0)) / 4;
    const pixels = Array.from({ length: a.length / 3 }, (_, i) => 3 * i);
    const apart = Math.sqrt(pixels.reduce((sum, i) => sum + (grey(a, i) - grey(b, i)) ** 2, 0) / pixels.length);
    const faint = (distance: number) =>
      [a, b].map((of) => map(of, (v) => 120 + ((v - 120) * distance) / apart)) as [Uint8Array, Uint8Array];
    expect(answers(dissolve(6, ...faint(19)))).toEqual([]);
    expect(answers(dissolve(6, ...faint(21.5)))).toHaveLength(1);
  });
});

describe('its finder', () => {
  it('does not compare across a pause, in which nothing was shown', () => {
    const film = dissolve(6);
    const paused = (pause_s: number) => film.map((_, k) => k / FPS + (k > 10 ? pause_s : 0));
    expect(answers(film, { times: paused(0.15) })).toHaveLength(1);
    expect(answers(film, { times: paused(0.3) })).toEqual([]);
  });
  it('forgets all when a new shot starts', () => {
    const finder = new DissolveFinder();
    const found = dissolve(6).map((one, k) => {
      if (k === 11) finder.reset();
      return finder.push(one, k / FPS);
    });
    expect(found.every((middle_s) => middle_s === null)).toBe(true);
  });
  it('copies what it is given', () => {
    const finder = new DissolveFinder(),
      buffer = new Uint8Array(a.length);
    const found = dissolve(6).map((one, k) => {
      buffer.set(one);
      return finder.push(buffer, k / FPS);
    });
    expect(found.filter((middle_s) => middle_s !== null)).toHaveLength(1);
  });
  it('tolerates times that are rounded', () => {
    const times = dissolve(6).map((_, k) => Math.round(k * 79.6) / 1000);
    expect(answers(dissolve(6), { times })).toHaveLength(1);
  });
});
