// When a face is on screen, told from samples.
import { describe, expect, it } from 'vitest';
import { presence } from '../../../src/domain/tracks/track-presence.js';

const i = (start_s: number, end_s: number) => ({ start_s, end_s });

describe('presence', () => {
  const shot = { start_s: 1.92, end_s: 6.04, first_s: 2, last_s: 6, leaps: [] };
  it("reaches to the cuts when the face is in the shot's first and last sample", () => {
    expect(presence([2, 2.2, 2.4], shot, 5)).toEqual([i(1.92, 2.5)]);
    expect(presence([5.8, 6], shot, 5)).toEqual([i(5.7, 6.04)]);
  });
  it('speaks for half a step to either side inside a shot, and bridges under a second', () => {
    expect(presence([3, 3.2, 4, 5.4], shot, 5)).toEqual([
      { start_s: 2.9, end_s: expect.closeTo(4.1, 9) },
      { start_s: expect.closeTo(5.3, 9), end_s: 5.5 },
    ]);
  });
  it('takes a sample within a quarter of a step for the first or last of the shot', () => {
    // A picture every quarter of a second; the shot goes on for longer than half of that on either side.
    const long = { start_s: 0.75, end_s: 6.25, first_s: 1, last_s: 6, leaps: [] };
    expect(presence([1.0625], long, 4)[0]?.start_s).toBe(0.75);
    expect(presence([1.07], long, 4)[0]?.start_s).toBeCloseTo(0.945, 9);
    expect(presence([5.9375], long, 4)[0]?.end_s).toBe(6.25);
    expect(presence([5.93], long, 4)[0]?.end_s).toBeCloseTo(6.055, 9);
  });
  it('never leaves the shot', () => {
    const short = { start_s: 1.99, end_s: 2.42, first_s: 1, last_s: 3, leaps: [] };
    expect(presence([2.05, 2.38], short, 5)).toEqual([i(1.99, 2.42)]);
  });
  it('ends where a face is gone for a second or more', () => {
    // Half a step to either side of each: 0.8 s and 1.2 s remain of the gaps.
    expect(presence([3, 4], shot, 5)).toHaveLength(1);
    expect(presence([3, 4.4], shot, 5)).toHaveLength(2);
    expect(presence([], shot, 5)).toEqual([]);
  });

  it('reaches from when a picture came that stays until the next comes', () => {
    // Pictures at 2.93 and 4 s, seen from 3 s and from 4 s on.
    const sparse = { ...shot, leaps: [2.93, 4] };
    const near = (start_s: number, end_s: number) => [
      { start_s: expect.closeTo(start_s, 9), end_s: expect.closeTo(end_s, 9) },
    ];
    expect(presence([3, 3.2, 3.4, 3.6, 3.8], sparse, 5)).toEqual([i(2.93, 4)]);
    expect(presence([4, 4.2], sparse, 5)).toEqual(near(4, 4.3));
    expect(presence([2.4, 2.6, 2.8], sparse, 5)).toEqual(near(2.3, 2.93));
    // Who is there in one and in the next is there for all of it.
    expect(presence([3.8, 4], sparse, 5)).toEqual(near(3.7, 4.1));
    // In the middle of a picture no face came with it.
    expect(presence([3.2], sparse, 5)).toEqual(near(3.1, 3.3));
  });
});
