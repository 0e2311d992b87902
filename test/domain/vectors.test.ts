// Vectors of any length, against plain sums.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot, normalise, weightedMean } from '../../src/domain/vectors.js';

const whole = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 19 });

describe('dot', () => {
  it('is the sum of products, whatever the length', () => {
    fc.assert(
      fc.property(whole, whole, (p, q) => {
        const n = Math.min(p.length, q.length),
          [a, b] = [Float32Array.from(p.slice(0, n)), Float32Array.from(q.slice(0, n))];
        expect(dot(a, b)).toBe(a.reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0) + 0);
      }),
    );
  });
});

describe('normalise', () => {
  it('makes the length 1, keeps the direction and tells the length before', () => {
    const v = Float32Array.of(3, 0, -4);
    expect(normalise(v)).toBe(5);
    expect([...v].map((x) => Number(x.toFixed(6)))).toEqual([0.6, 0, -0.8]);
  });
  it('leaves zeros as they are', () => {
    const v = new Float32Array(5);
    expect(normalise(v)).toBe(0);
    expect([...v]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('weightedMean', () => {
  const [x, y] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  const angle = (weights: number[]) => {
    const mean = weightedMean([x, y], weights);
    expect(dot(mean, mean)).toBeCloseTo(1, 5);
    return Math.atan2(mean[1] ?? NaN, mean[0] ?? NaN);
  };
  it('leans to what has more weight', () => {
    expect(angle([1, 1])).toBeCloseTo(Math.PI / 4, 6);
    expect(angle([3, 4])).toBeCloseTo(Math.atan2(4, 3), 6);
    expect(angle([2, 0])).toBeCloseTo(0, 6);
  });
  it('counts all alike where none has any, or all that lack one as nothing', () => {
    expect(angle([0, 0])).toBeCloseTo(Math.PI / 4, 6);
    expect(angle([2])).toBeCloseTo(0, 6);
  });
  it('of nothing is nothing', () => {
    expect(weightedMean([], [])).toHaveLength(0);
  });
});
