import { describe, expect, it } from 'vitest';
import { averagePoints, suppress } from '../../../src/domain/faces/nms.js';
import type { Landmarks } from '../../../src/domain/types.js';

/** A face of 10×10 pixels whose features lie where they do on most. */
const at = (x: number, score: number) => ({ box: { x, y: 0, w: 10, h: 10 }, score, landmarks: points(x, 0, 10) });
const points = (x: number, y: number, side: number): Landmarks => {
  const p = (u: number, v: number) => ({ x: x + u * side, y: y + v * side });
  return [p(0.3, 0.4), p(0.7, 0.4), p(0.5, 0.6), p(0.35, 0.8), p(0.65, 0.8)];
};

describe('suppress', () => {
  it('keeps the best of overlapping boxes, best first, and boxes that stand apart', () => {
    expect(suppress([at(0, 0.5), at(1, 0.9), at(100, 0.7)], 0.4)).toEqual([at(1, 0.9), at(100, 0.7)]);
  });

  it('compares the overlap with the limit: 10×10 boxes 5 apart have IoU 1/3', () => {
    expect(suppress([at(0, 0.9), at(5, 0.8)], 0.33)).toHaveLength(1);
    expect(suppress([at(0, 0.9), at(5, 0.8)], 0.34)).toHaveLength(2);
    expect(suppress([at(0, 0.9), at(5, 0.8)], 1 / 3)).toHaveLength(2);
  });

  it('does not let a suppressed box suppress another', () => {
    // 0 drops 4 (IoU 0.43); 4 would drop 8, but 0 does not reach it (0.11).
    expect(suppress([at(0, 0.9), at(4, 0.8), at(8, 0.7)], 0.4)).toEqual([at(0, 0.9), at(8, 0.7)]);
  });

  it('drops a second box around the same eyes and mouth, and keeps a face that touches another', () => {
    // As RetinaFace gave them for one portrait of 340 pixels, enlarged to 640 (IoU 0.30); and two faces side by side
    // whose boxes overlap as much (IoU 0.28).
    const portrait = {
      score: 0.97,
      box: { x: 114, y: 47, w: 176, h: 246 },
      landmarks: [
        { x: 140, y: 149 },
        { x: 210, y: 143 },
        { x: 157, y: 194 },
        { x: 157, y: 240 },
        { x: 205, y: 235 },
      ] as Landmarks,
    };
    const again = {
      score: 0.89,
      box: { x: 34, y: 25, w: 185, h: 274 },
      landmarks: [
        { x: 136, y: 147 },
        { x: 172, y: 133 },
        { x: 181, y: 197 },
        { x: 139, y: 241 },
        { x: 169, y: 229 },
      ] as Landmarks,
    };
    expect(suppress([again, portrait], 0.4)).toEqual([portrait]);
    expect(suppress([at(0, 0.9), at(5.6, 0.7)], 0.4)).toHaveLength(2);
  });

  it('measures how far points are apart by the smaller of the two faces', () => {
    // The same points, 3 pixels apart, in boxes that hardly overlap: a fifth of the smaller side is 2 or 4 pixels.
    const far = (side: number) => ({ box: { x: 3, y: 0, w: side, h: side }, score: 0.8, landmarks: points(3, 0, 10) });
    expect(suppress([{ ...at(0, 0.9), box: { x: 0, y: 0, w: 60, h: 60 } }, far(10)], 0.4)).toHaveLength(2);
    expect(suppress([{ ...at(0, 0.9), box: { x: 0, y: 0, w: 60, h: 60 } }, far(20)], 0.4)).toHaveLength(1);
  });

  it('leaves its argument as it was', () => {
    const detections = [at(0, 0.5), at(0, 0.9)];
    suppress(detections, 0.4);
    expect(detections.map((d) => d.score)).toEqual([0.5, 0.9]);
  });
});

describe('averagePoints', () => {
  it('takes the mean of the detections of one face, weighted by their scores, and leaves box and score', () => {
    const best = at(0, 0.9);
    const [face] = averagePoints([best], [best, at(1, 0.8), at(100, 0.9)]);
    const shift = 0.8 / (0.9 + 0.8);
    expect(face).toMatchObject({ box: best.box, score: 0.9 });
    face?.landmarks.forEach((point, i) => {
      expect(point.x).toBeCloseTo((best.landmarks[i]?.x ?? NaN) + shift, 9);
      expect(point.y).toBeCloseTo(best.landmarks[i]?.y ?? NaN, 9);
    });
  });

  it('asks neither a box that lies half beside the face nor one that is much less sure', () => {
    const best = at(0, 0.9);
    const [alone] = averagePoints([best], [best, at(3, 0.85), at(1, 0.7)]);
    alone?.landmarks.forEach((point, i) => expect(point.x).toBeCloseTo(best.landmarks[i]?.x ?? NaN, 9));
  });
});
