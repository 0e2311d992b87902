/** Whom a picture is of, when there are several people in it. */
import { describe, expect, it } from 'vitest';
import { mainFace } from '../../../src/services/pictures/still-faces.js';
import type { Face } from '../../../src/domain/types.js';

const PICTURE = { width: 1000, height: 800 };
const face = (x: number, y: number, side: number, score = 0.9): Face => {
  const p = { x, y };
  return { box: { x: x - side / 2, y: y - side / 2, w: side, h: side }, landmarks: [p, p, p, p, p], score, quality: 1 };
};

describe('mainFace', () => {
  it('is nobody in a picture of nobody', () => {
    expect(mainFace([], PICTURE)).toBeUndefined();
  });

  it('is the one in the middle, though a bystander is larger and surer', () => {
    const middle = face(480, 380, 100, 0.7);
    expect(mainFace([face(850, 300, 200, 0.99), middle, face(100, 400, 120)], PICTURE)).toBe(middle);
  });

  it('is none that is far smaller than the largest, wherever it is', () => {
    const large = face(700, 400, 300);
    expect(mainFace([face(500, 400, 130), large], PICTURE)).toBe(large);
    const enough = face(500, 400, 140);
    expect(mainFace([enough, large], PICTURE)).toBe(enough);
  });
});
