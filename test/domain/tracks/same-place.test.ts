// Whether two tracks are one face, by where it is.
import { describe, expect, it } from 'vitest';
import { type PlacedTrack, secondsInOnePlace } from '../../../src/domain/tracks/same-place.js';

/** A face of 100 pixels that moves to the right, sampled so often a second. */
function moving(x: number, start_s: number, end_s: number, fps: number, speed = 10): PlacedTrack {
  const times = Array.from({ length: Math.round((end_s - start_s) * fps) }, (_, i) => start_s + (i + 0.5) / fps);
  const boxes = times.map((time_s) => ({ time_s, box: { x: x + speed * time_s, y: 0, w: 100, h: 100 } }));
  return { presence: [{ start_s, end_s }], boxes };
}

describe('two tracks in one place', () => {
  it('are one face however often each was sampled, for as long as both are there', () => {
    expect(secondsInOnePlace(moving(0, 0, 10, 1), moving(0, 0, 10, 5))).toBe(10);
    expect(secondsInOnePlace(moving(0, 0, 10, 5), moving(0, 4, 6, 1))).toBe(2);
    expect(secondsInOnePlace(moving(0, 0, 4, 1), moving(0, 2, 20, 5))).toBe(2);
  });
  it('are two where the boxes overlap too little', () => {
    // Intersection over union of squares side by side, d apart: (100 − d) / (100 + d).
    expect(secondsInOnePlace(moving(0, 0, 10, 1), moving(42, 0, 10, 5))).toBe(10);
    expect(secondsInOnePlace(moving(0, 0, 10, 1), moving(44, 0, 10, 5))).toBe(0);
    expect(secondsInOnePlace(moving(0, 0, 10, 1), moving(300, 0, 10, 5))).toBe(0);
  });
  it('are two where they share less than half of the shorter', () => {
    expect(secondsInOnePlace(moving(0, 0, 4, 5), moving(0, 2.1, 6, 5))).toBe(0);
    expect(secondsInOnePlace(moving(0, 0, 4, 5), moving(0, 5, 6, 5))).toBe(0);
  });
  it('are not compared without boxes in what they share', () => {
    const nowhere = { ...moving(0, 0, 10, 1), boxes: [] };
    expect(secondsInOnePlace(nowhere, nowhere)).toBe(0);
    expect(secondsInOnePlace(moving(0, 0, 10, 1), nowhere)).toBe(0);
    expect(secondsInOnePlace(nowhere, moving(0, 0, 10, 1))).toBe(0);
  });
});

describe('only what both share is compared', () => {
  const still = (x: number, times: readonly number[]) =>
    times.map((time_s) => ({ time_s, box: { x, y: 0, w: 100, h: 100 } }));
  it('boxes before and after it do not count, those at its ends do', () => {
    const one: PlacedTrack = {
      presence: [{ start_s: 0, end_s: 10 }],
      boxes: [...still(0, [0.5, 1, 1.5]), ...still(500, [4, 5, 6]), ...still(0, [8, 8.5, 9])],
    };
    const other: PlacedTrack = { presence: [{ start_s: 4, end_s: 6 }], boxes: still(500, [4, 4.5, 5, 5.5, 6]) };
    expect(secondsInOnePlace(one, other)).toBe(2);
    expect(secondsInOnePlace(other, one)).toBe(2);
    // Boxes at the very ends of what is shared are all that there is.
    const ends: PlacedTrack = { presence: [{ start_s: 4, end_s: 6 }], boxes: still(500, [4, 6]) };
    expect(secondsInOnePlace(ends, { ...other, boxes: still(500, [4, 6]) })).toBe(2);
    expect(secondsInOnePlace({ ...ends, boxes: still(500, [4]) }, { ...other, boxes: still(500, [6]) })).toBe(2);
  });
  it('a track that comes and goes is compared in each stretch', () => {
    const twice: PlacedTrack = {
      presence: [
        { start_s: 0, end_s: 2 },
        { start_s: 8, end_s: 10 },
      ],
      boxes: [...still(0, [1]), ...still(500, [9])],
    };
    const through = (first: number, second: number): PlacedTrack => ({
      presence: [{ start_s: 0, end_s: 10 }],
      boxes: [...still(first, [0, 1, 2, 3]), ...still(second, [7, 8, 9, 10])],
    });
    expect(secondsInOnePlace(twice, through(0, 500))).toBe(4);
    expect(secondsInOnePlace(twice, through(300, 200))).toBe(0);
  });
  it('the boxes of the one that was sampled less often decide, whichever it is', () => {
    // Sampled finely, somebody leaves their place for a moment that a coarse look cannot know of.
    const fine: PlacedTrack = {
      presence: [{ start_s: 0, end_s: 10 }],
      boxes: [...still(0, [0, 1]), ...still(500, [2, 3, 4, 5, 6, 7, 8]), ...still(0, [9, 10])],
    };
    const coarse: PlacedTrack = { presence: [{ start_s: 0, end_s: 10 }], boxes: still(0, [0.5, 9.5]) };
    expect(secondsInOnePlace(fine, coarse)).toBe(10);
    expect(secondsInOnePlace(coarse, fine)).toBe(10);
  });
  it('half of the places in common is enough', () => {
    // Of four boxes two lie on the other's, two beside: 0.5 on average; of five two: 0.4.
    const of = (places: readonly number[]): PlacedTrack => ({
      presence: [{ start_s: 0, end_s: 10 }],
      boxes: places.map((x, i) => ({ time_s: 1 + i, box: { x, y: 0, w: 100, h: 100 } })),
    });
    expect(secondsInOnePlace(of([0, 0, 900, 900, 900]), of([0, 0, 0, 0, 0]))).toBe(10);
    expect(secondsInOnePlace(of([0, 900, 900, 900, 900]), of([0, 0, 0, 0, 0]))).toBe(0);
  });
});
