import { describe, expect, it } from 'vitest';
import { suppress } from '../../src/domain/nms.js';

const at = (x: number, score: number) => ({ box: { x, y: 0, w: 10, h: 10 }, score });

describe('suppress', () => {
  it('keeps the best of overlapping boxes, best first, and boxes that stand apart', () => {
    expect(suppress([at(0, 0.5), at(1, 0.9), at(100, 0.7)], 0.4)).toEqual([at(1, 0.9), at(100, 0.7)]);
  });

  it('compares the overlap with the limit: 10×10 boxes 5 apart have IoU 1/3', () => {
    expect(suppress([at(0, 0.9), at(5, 0.8)], 0.33)).toHaveLength(1);
    expect(suppress([at(0, 0.9), at(5, 0.8)], 0.34)).toHaveLength(2);
  });

  it('does not let a suppressed box suppress another', () => {
    // 0 drops 4 (IoU 0.43); 4 would drop 8, but 0 does not reach it (0.11).
    expect(suppress([at(0, 0.9), at(4, 0.8), at(8, 0.7)], 0.4)).toEqual([at(0, 0.9), at(8, 0.7)]);
  });

  it('leaves its argument as it was', () => {
    const detections = [at(0, 0.5), at(0, 0.9)];
    suppress(detections, 0.4);
    expect(detections.map((d) => d.score)).toEqual([0.5, 0.9]);
  });
});
