// Whether two tracks are one face, by where it is.
import { describe, expect, it } from 'vitest';
import { type PlacedTrack, secondsInOnePlace } from '../../../src/domain/faces/same-place.js';

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
