// Whether the next crop of a track is another face.
import { describe, expect, it } from 'vitest';
import { changeOf, isJump, JUMP, lookOf } from '../../../src/domain/tracks/crop-jumps.js';
import { CROP_SIDE } from '../../../src/domain/types.js';

/** A crop that has this value at (x, y) in colour c. */
const crop = (at: (x: number, y: number, c: number) => number) =>
  Uint8Array.from({ length: CROP_SIDE ** 2 * 3 }, (_, i) =>
    at(Math.floor(i / 3) % CROP_SIDE, Math.floor(i / 3 / CROP_SIDE), i % 3),
  );
const across = crop((x) => 20 + x),
  down = crop((_, y) => 20 + y),
  grey = crop(() => 90);

describe('the look of a crop', () => {
  it('is of length 1 and without its mean', () => {
    const look = lookOf(across);
    expect(look).toHaveLength(16 * 16 * 3);
    expect(look.reduce((sum, v) => sum + v, 0)).toBeCloseTo(0, 4);
    expect(look.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(1, 4);
  });
  it('holds the mean of each cell of seven by seven pixels, row by row, in three colours', () => {
    // One bright cell: third of the second row, in green.
    const one = lookOf(crop((x, y, c) => (x >= 14 && x < 21 && y >= 7 && y < 14 && c === 1 ? 200 : 0)));
    const brightest = one.indexOf(Math.max(...one));
    expect(brightest).toBe((1 * 16 + 2) * 3 + 1);
    expect(one.filter((v) => v > 0)).toHaveLength(1);
    // A pixel is a 49th of its cell wherever in it it lies.
    const [inner, outer] = [
      [17, 10],
      [20, 13],
    ].map(([px, py]) => lookOf(crop((x, y, c) => (x === px && y === py && c === 1 ? 200 : 0))));
    expect(inner).toEqual(outer);
  });
  it('does not change with brightness or contrast', () => {
    const darker = crop((x) => 10 + x / 2);
    expect(changeOf(lookOf(across), lookOf(darker))).toBeLessThan(0.01);
  });
  it('is nothing for a crop without structure, which has not changed then', () => {
    expect(lookOf(grey).every((v) => v === 0)).toBe(true);
    expect(changeOf(lookOf(grey), lookOf(across))).toBe(0);
    expect(changeOf(lookOf(across), lookOf(grey))).toBe(0);
  });
  it('changes by 1 less the correlation', () => {
    expect(changeOf(lookOf(across), lookOf(across))).toBeCloseTo(0, 5);
    expect(changeOf(lookOf(across), lookOf(down))).toBeCloseTo(1, 5);
    expect(changeOf(lookOf(across), lookOf(crop((x) => 200 - x)))).toBeCloseTo(2, 5);
  });
});

describe('a jump', () => {
  it('is a change far larger than those before and after it', () => {
    expect(isJump([0.02, 0.5, 0.02])).toBe(true);
    expect(isJump([0.01, 0.02, 0.5, 0.01])).toBe(true);
  });
  it('needs a change before it and one after it', () => {
    expect(isJump([])).toBe(false);
    expect(isJump([0.5])).toBe(false);
    expect(isJump([0.5, 0.01])).toBe(false);
    expect(isJump([0.01, 0.5])).toBe(false);
  });
  it('is none where the face changes as much just before or after, as when it turns', () => {
    expect(isJump([0.01, 0.5, 0.2])).toBe(false);
    expect(isJump([0.2, 0.01, 0.5, 0.01])).toBe(false);
    expect(isJump([0.2, 0.5, 0.01])).toBe(false);
    // What was longer ago says nothing.
    expect(isJump([0.5, 0.01, 0.01, 0.5, 0.01])).toBe(true);
  });
  it('changes the crop by so much at least, however still the face was', () => {
    expect(isJump([0, JUMP.least, 0])).toBe(true);
    expect(isJump([0, JUMP.least - 0.001, 0])).toBe(false);
    // Five times what a face at rest changes by, not five times nothing.
    expect(JUMP.least).toBeGreaterThanOrEqual(JUMP.ratio * JUMP.rest);
  });
  it('is at least five times as large as its neighbours', () => {
    expect(isJump([0.1, 0.5, 0.02])).toBe(true);
    expect(isJump([0.101, 0.5, 0.02])).toBe(false);
    expect(isJump([0.02, 0.5, 0.1])).toBe(true);
    expect(isJump([0.02, 0.5, 0.101])).toBe(false);
  });
});
