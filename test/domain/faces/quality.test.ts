import { describe, expect, it } from 'vitest';
import {
  eccentricity,
  embeddedQuality,
  frontalness,
  GATE,
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
    const q = { x: 31, y: 1 },
      down = { x: 16, y: 40 };
    expect(frontalness([p, p, down, down, down], { x: 0, y: 0, w: 60, h: 60 })).toBe(0);
    expect(frontalness([p, q, p, p, q], { x: 0, y: 0, w: 60, h: 60 })).toBe(0);
  });

  /** Eyes 40 apart, mouth 44 below them, the nose so far along the eye line from the middle; all tilted. */
  const face = ({ nose = 0, eyes = 40, mouth = 44, tilt = 0 }, width = 80) => {
    const angle = (tilt * Math.PI) / 180;
    const point = (x: number, y: number) => ({
      x: 200 + x * Math.cos(angle) - y * Math.sin(angle),
      y: 100 + x * Math.sin(angle) + y * Math.cos(angle),
    });
    const landmarks: Landmarks = [
      point(-eyes / 2, 0),
      point(eyes / 2, 0),
      point(nose, mouth / 2),
      point(-eyes / 3, mouth),
      point(eyes / 3, mouth),
    ];
    return frontalness(landmarks, { x: 160, y: 60, w: width, h: 110 });
  };
  it('forgives a nose that is a little off, and is 0 once it is twice as far out as an eye', () => {
    // In units of half the eyes' distance: up to 0.3 nothing, from 2 on all.
    expect(face({ nose: 6 })).toBeCloseTo(1, 9);
    expect(face({ nose: 20 })).toBeCloseTo(1 - 0.7 / 1.7, 9);
    expect(face({ nose: -20 })).toBeCloseTo(1 - 0.7 / 1.7, 9);
    expect(face({ nose: 40 })).toBeCloseTo(0, 9);
    expect(face({ nose: 60 })).toBe(0);
  });
  it('does not care how the head is tilted', () => {
    for (const tilt of [-120, -30, 45, 90, 180]) expect(face({ nose: 20, tilt })).toBeCloseTo(face({ nose: 20 }), 9);
  });
  it('falls as the eyes come together, against the height of the face and against its box', () => {
    // Eyes apart ÷ eyes to mouth: 0.6 is enough, 0.3 is nothing; ÷ width of the box: 0.3 and 0.15.
    expect(face({ eyes: 40, mouth: 40 / 0.45 })).toBeCloseTo(0.5, 9);
    expect(face({ eyes: 40, mouth: 40 / 0.29 })).toBe(0);
    expect(face({ eyes: 40 }, 40 / 0.2)).toBeCloseTo(1 / 3, 9);
    expect(face({ eyes: 40 }, 40 / 0.14)).toBe(0);
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
  it('lets pass what is exactly good enough', () => {
    expect(gate({ ...good, visible: GATE.visible })).toBeNull();
    expect(gate({ ...good, visible: GATE.closeUp.visible, fills: GATE.closeUp.fills })).toBeNull();
    expect(gate({ ...good, visible: GATE.closeUp.visible, fills: GATE.closeUp.fills - 0.01 })).toBe('cut_off');
    for (const key of ['side', 'score', 'frontal', 'sharpness'] as const) {
      expect(gate({ ...good, [key]: GATE[key] })).toBeNull();
      expect(gate({ ...good, [key]: GATE[key] - 0.001 })).not.toBeNull();
    }
    expect(gate({ ...good, frontal: 0.04 })).toBe('profile');
  });
  it('is 1 for the best of faces, and not more for more', () => {
    const best: FaceSignals = { side: 112, score: 1, visible: 1, fills: 0.2, frontal: 1, sharpness: 0.35 };
    expect(quality(best)).toBeCloseTo(1, 9);
    expect(quality({ ...best, side: 500, sharpness: 1 })).toBeCloseTo(1, 9);
  });
  it('is the geometric mean of size, view and sharpness, times the score', () => {
    const best: FaceSignals = { side: 112, score: 1, visible: 1, fills: 0.2, frontal: 1, sharpness: 0.35 };
    expect(quality({ ...best, score: 0.7 })).toBeCloseTo(0.5, 9);
    expect(quality({ ...best, score: 0.4 })).toBe(0);
    expect(quality({ ...best, frontal: 0 })).toBeCloseTo(Math.cbrt(0.1), 9);
    expect(quality({ ...best, sharpness: 0 })).toBeCloseTo(Math.cbrt(0.3), 9);
    expect(quality({ ...best, sharpness: 0.175 })).toBeCloseTo(Math.cbrt(0.65), 9);
    // The size counts by its logarithm: halfway between the least and the ample one lies their geometric mean.
    expect(quality({ ...best, side: GATE.side })).toBeCloseTo(Math.cbrt(0.15), 9);
    expect(quality({ ...best, side: Math.sqrt(GATE.side * 112) })).toBeCloseTo(Math.cbrt(0.575), 9);
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
    expect(visibleShare({ x: 95, y: 0, w: 20, h: 10 }, 100, 50)).toBeCloseTo(0.25, 9);
    expect(visibleShare({ x: 10, y: -5, w: 20, h: 10 }, 100, 50)).toBeCloseTo(0.5, 9);
    expect(visibleShare({ x: 10, y: 48, w: 20, h: 10 }, 100, 50)).toBeCloseTo(0.2, 9);
    expect(visibleShare({ x: 10, y: 10, w: 20, h: 10 }, 100, 50)).toBe(1);
    expect(visibleShare({ x: 10, y: 60, w: 20, h: 10 }, 100, 50)).toBe(0);
    // Outside on both sides: not the product of two negatives.
    expect(visibleShare({ x: 150, y: 70, w: 20, h: 10 }, 100, 50)).toBe(0);
  });
  it('sees how far a face is from the middle, a corner being 1', () => {
    expect(eccentricity({ x: 40, y: 15, w: 20, h: 20 }, 100, 50)).toBe(0);
    expect(eccentricity({ x: -10, y: -10, w: 20, h: 20 }, 100, 50)).toBeCloseTo(1, 9);
    expect(eccentricity({ x: 60, y: 40, w: 20, h: 20 }, 100, 50)).toBeCloseTo(
      Math.hypot(20, 25) / Math.hypot(50, 25),
      9,
    );
  });
});
