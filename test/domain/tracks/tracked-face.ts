/** A face of which trackers know where it is, and no more. */
import type { Face } from '../../../src/domain/types.js';

const P = { x: 0, y: 0 };

/** 40 pixels wide, its left edge at x. */
export const face = (x: number, options: Partial<Face> = {}): Face => ({
  box: { x, y: 100, w: 40, h: 40 },
  landmarks: [P, P, P, P, P],
  score: 0.95,
  quality: 0.5,
  ...options,
});
