import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** An orthonormal projection that loses as little as possible of the vectors it was made from. */
export interface Projection {
  /** `rows` × `columns`, row-major; orthonormal rows, the strongest direction first. */
  matrix: Float32Array;
  rows: number;
  columns: number;
  /** Share of the vectors' squared length that the rows hold, 0..1. */
  energy: number;
}

/**
 * The top right-singular vectors of a set of embeddings, not centred: cosines are measured from the origin,
 * and so must be what is left of them. Found as eigenvectors of the Gram matrix XᵀX (Golub and Van Loan,
 * Matrix Computations, § 8.6); its squared condition does not matter for directions that are kept because they are
 * strong.
 *
 * @param vectors n embeddings of equal length, one a face
 * @param kept how many numbers a projected vector has
 * @returns the projection; the sign of each row is such that its largest number is positive
 * @throws RangeError when `vectors` is empty or of unequal lengths, or `kept` is not between 1 and their length
 */
export function principalProjection(vectors: readonly Float32Array[], kept: number): Projection {
  const columns = vectors[0]?.length ?? 0;
  if (columns === 0 || vectors.some((vector) => vector.length !== columns))
    throw new RangeError('principalProjection: vectors of one length are needed');
  if (!Number.isInteger(kept) || kept < 1 || kept > columns)
    throw new RangeError(`principalProjection: cannot keep ${kept} of ${columns} numbers`);

  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(gram(vectors, columns), {
    assumeSymmetric: true,
  });
  const strongestFirst = realEigenvalues
    .map((value, index) => ({ value: Math.max(value, 0), index }))
    .toSorted((p, q) => q.value - p.value);
  const matrix = new Float32Array(kept * columns);
  strongestFirst.slice(0, kept).forEach(({ index }, row) => {
    matrix.set(withPositivePeak(eigenvectorMatrix.getColumn(index)), row * columns);
  });
  const sum = (parts: readonly { value: number }[]) => parts.reduce((total, { value }) => total + value, 0);
  return { matrix, rows: kept, columns, energy: sum(strongestFirst.slice(0, kept)) / sum(strongestFirst) };
}

/** XᵀX in float64, where X has the vectors as rows. */
function gram(vectors: readonly Float32Array[], columns: number): Matrix {
  const sums = Array.from({ length: columns }, () => new Float64Array(columns));
  for (const vector of vectors) {
    sums.forEach((row, i) => {
      const factor = vector[i] ?? 0;
      for (let j = i; j < columns; j++) row[j] = (row[j] ?? 0) + factor * (vector[j] ?? 0);
    });
  }
  return new Matrix(sums.map((row, i) => Array.from(row, (value, j) => (j >= i ? value : (sums[j]?.[i] ?? 0)))));
}

/** An eigenvector's sign is arbitrary; this makes it repeatable. */
function withPositivePeak(vector: readonly number[]): number[] {
  const peak = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return peak < 0 ? vector.map((value) => -value) : [...vector];
}
