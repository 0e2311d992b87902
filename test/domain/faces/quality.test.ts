import { describe, expect, it } from 'vitest';
import {
  embeddedQuality,
  frontalness,
  gate,
  quality,
  visibleShare,
  type FaceSignals,
} from '../../../src/domain/faces/quality.js';
import type { Landmarks } from '../../../src/domain/types.js';

/** Five points of an average head (millimetres, z towards the camera), turned by an angle and seen from afar. */
function turnedHead(degrees: number): { landmarks: Landmarks; box: { x: number; y: number; w: number; h: number } } {
  const turn = (degrees * Math.PI) / 180;
  const see = (x: number, y: number, z: number) => ({ x: x * Math.cos(turn) + z * Math.sin(turn), y });
  const landmarks: Landmarks = [see(-32, 0, 0), see(32, 0, 0), see(0, 38, 24), see(-25, 68, 4), see(25, 68, 4)];
  const middle = (landmarks[0].x + landmarks[1].x) / 2;
  // A head is about as deep as it is wide, so the box keeps its width.
  return { landmarks, box: { x: middle - 70, y: -60, w: 140, h: 180 } };
}

const good: FaceSignals = { side: 100, score: 0.99, visible: 1, fills: 0.2, frontal: 1, sharpness: 0.4 };
const frontal = (degrees: number) => {
  const { landmarks, box } = turnedHead(degrees);
  return frontalness(landmarks, box);
};

describe('frontalness', () => {
  it('falls from 1 as a head turns, to either side alike', () => {
    expect(frontal(0)).toBe(1);
    const angles = [0, 15, 30, 45, 60, 75, 90].map(frontal);
    expect([...angles].sort((a, b) => b - a)).toEqual(angles);
    expect(frontal(-45)).toBeCloseTo(frontal(45), 9);
  });
  it('keeps three-quarter faces, which the networks recognise, and gates profiles', () => {
    expect(gate({ ...good, frontal: frontal(45) })).toBeNull();
    expect(gate({ ...good, frontal: frontal(75) })).toBe('profile');
  });
  it('is 0 where eyes or eyes and mouth coincide', () => {
    const p = { x: 1, y: 1 };
    expect(frontalness([p, p, p, p, p], { x: 0, y: 0, w: 2, h: 2 })).toBe(0);
  });
});

describe('gate and quality', () => {
  it('names the first thing that is wrong', () => {
    expect(gate(good)).toBeNull();
    expect(gate({ ...good, visible: 0.85 })).toBe('cut_off');
    expect(gate({ ...good, visible: 0.75, fills: 0.6 })).toBeNull();
    expect(gate({ ...good, visible: 0.65, fills: 0.9 })).toBe('cut_off');
    expect(gate({ ...good, side: 12 })).toBe('too_small');
    expect(gate({ ...good, score: 0.4 })).toBe('low_score');
    expect(gate({ ...good, sharpness: 0.01 })).toBe('blurred');
  });
  it('rises with each signal', () => {
    for (const worse of [{ side: 40 }, { score: 0.7 }, { frontal: 0.5 }, { sharpness: 0.1 }])
      expect(quality({ ...good, ...worse })).toBeLessThan(quality(good));
  });
  it('lets the norm speak: none below the least, whole from the ample one on', () => {
    const norms = { least: 2, ample: 4 };
    expect(embeddedQuality(0.64, 2, norms)).toBe(0);
    expect(embeddedQuality(0.64, 3, norms)).toBeCloseTo(0.4, 9);
    expect(embeddedQuality(0.64, 9, norms)).toBeCloseTo(0.8, 9);
    expect(embeddedQuality(0, 4, norms)).toBe(0);
  });
  it('sees how much of a box is inside the picture', () => {
    expect(visibleShare({ x: -5, y: 0, w: 20, h: 10 }, 100, 100)).toBeCloseTo(0.75, 9);
    expect(visibleShare({ x: 200, y: 0, w: 20, h: 10 }, 100, 100)).toBe(0);
  });
});
