import { describe, expect, it } from 'vitest';
import { principalProjection } from '../../../lab/packs/projection.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { dot, normalise } from '../../../src/domain/vectors.js';

/** Unit vectors of 12 numbers that lie in one space of 3 dimensions, not around its origin. */
function flatCrowd(count: number): Float32Array[] {
  const random = seededRandom(1);
  const basis = Array.from({ length: 3 }, () => Float32Array.from({ length: 12 }, () => random() - 0.5));
  return Array.from({ length: count }, () => {
    const weights = [1.5 + random(), random() - 0.5, random() - 0.5];
    const vector = new Float32Array(12).map((_, k) =>
      basis.reduce((sum, direction, d) => sum + (weights[d] ?? 0) * (direction[k] ?? 0), 0),
    );
    normalise(vector);
    return vector;
  });
}

const rowsOf = ({ matrix, rows, columns }: { matrix: Float32Array; rows: number; columns: number }) =>
  Array.from({ length: rows }, (_, row) => matrix.subarray(row * columns, (row + 1) * columns));

describe('principalProjection', () => {
  it('keeps every cosine of vectors that fill only so many dimensions', () => {
    const vectors = flatCrowd(60);
    const projection = principalProjection(vectors.slice(0, 40), 3);
    expect(projection.energy).toBeCloseTo(1, 6);
    const projected = vectors.map((vector) => Float32Array.from(rowsOf(projection), (row) => dot(row, vector)));
    // The last twenty were not seen.
    for (let i = 40; i < 59; i++) {
      const [p, q, v, w] = [projected[i], projected[i + 1], vectors[i], vectors[i + 1]];
      if (!p || !q || !v || !w) throw new Error('too few vectors');
      expect(dot(p, q)).toBeCloseTo(dot(v, w), 5);
    }
  });

  it('has orthonormal rows, the strongest first, with a fixed sign', () => {
    const rows = rowsOf(principalProjection(flatCrowd(40), 12));
    rows.forEach((p, i) => {
      rows.forEach((q, j) => expect(dot(p, q)).toBeCloseTo(i === j ? 1 : 0, 5));
      expect(p.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)).toBeGreaterThan(0);
    });
    const strength = rows.map((row) => flatCrowd(40).reduce((sum, vector) => sum + dot(row, vector) ** 2, 0));
    // The last nine directions hold nothing but rounding.
    expect(strength.slice(0, 3)).toEqual(strength.slice(0, 3).toSorted((p, q) => q - p));
    expect(Math.max(...strength.slice(3))).toBeLessThan(1e-9);
  });

  it('does not centre: three vectors along one axis give that axis', () => {
    const { matrix, energy } = principalProjection(
      [Float32Array.of(0, 2, 0), Float32Array.of(0, 3, 0), Float32Array.of(1, 4, 0)],
      1,
    );
    expect(matrix[1]).toBeGreaterThan(0.98);
    // Eigenvalue of [[1, 4], [4, 29]]: 15 + √212.
    expect(energy).toBeCloseTo((15 + Math.sqrt(212)) / 30, 6);
  });

  it('refuses to keep more than there is', () => {
    expect(() => principalProjection([Float32Array.of(1, 0)], 3)).toThrow(RangeError);
    expect(() => principalProjection([], 1)).toThrow(RangeError);
    expect(() => principalProjection([Float32Array.of(1, 0), Float32Array.of(1)], 1)).toThrow(RangeError);
  });
});
