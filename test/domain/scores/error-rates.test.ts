import { describe, expect, it } from 'vitest';
import { bcubed, pairwise } from '../../../lab/measures/bcubed.js';
import {
  auc,
  bestAccuracy,
  equalErrorRate,
  falseAccepts,
  falseRejects,
  rate,
  scoresOf,
  tarAtFar,
  thresholdAtFar,
  thresholdAtTar,
} from '../../../src/domain/scores/error-rates.js';

const scores = scoresOf([0.9, 0.8, 0.7, 0.3], [0.1, 0.2, 0.4, 0.05, 0.0, 0.15, 0.12, 0.22, 0.31, 0.02]);

describe('verification measures, against values worked out by hand', () => {
  it('counts errors at a threshold, the threshold itself accepted', () => {
    expect(falseAccepts(scores, 0.31).errors).toBe(2);
    expect(falseRejects(scores, 0.3).errors).toBe(0);
    expect(falseRejects(scores, 0.31).errors).toBe(1);
  });
  it('finds the lowest threshold for a false-accept rate', () => {
    const t = thresholdAtFar(scores, 0.1);
    expect(falseAccepts(scores, t).rate).toBe(0.1);
    expect(t).toBeCloseTo(0.31, 6);
    expect(tarAtFar(scores, 0.1).rate).toBe(0.75);
    expect(thresholdAtTar(scores, 0.75)).toBe(0.7);
  });
  it('accuracy, equal error rate, area under the curve', () => {
    expect(bestAccuracy(scores).accuracy).toBeCloseTo(13 / 14, 9);
    expect(equalErrorRate(scores)).toBeCloseTo((0.25 + 0.2) / 2, 9);
    expect(auc(scores)).toBeCloseTo((10 * 3 + 8) / 40, 9);
  });
  it('gives Wilson intervals, and no certainty from no errors', () => {
    const none = rate(0, 100);
    expect(none.low).toBe(0);
    expect(none.high).toBeCloseTo(0.037, 3);
    const some = rate(10, 100);
    expect([some.low, some.high]).toEqual([expect.closeTo(0.0552, 3), expect.closeTo(0.1744, 3)]);
  });
});

describe('cluster measures', () => {
  it('is perfect for the same partition under other names', () => {
    expect(bcubed(['x', 'x', 'y'], ['a', 'a', 'b'])).toEqual({ precision: 1, recall: 1, f: 1 });
  });
  it('worked out by hand for one wrong merge and one split', () => {
    const clusters = ['x', 'x', 'x', 'y'],
      people = ['a', 'a', 'b', 'b'];
    expect(bcubed(clusters, people)).toMatchObject({
      precision: expect.closeTo((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, 9),
      recall: expect.closeTo((1 + 1 + 0.5 + 0.5) / 4, 9),
    });
    expect(pairwise(clusters, people)).toMatchObject({ precision: expect.closeTo(1 / 3, 9), recall: 0.5, wrong: 2 });
  });
});
