import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A matrix file as a pack's manifest names it. */
export interface MatrixFile {
  /** File name, without its folder. */
  file: string;
  /** Hex sha256 of its bytes. */
  sha256: string;
  rows: number;
  columns: number;
}

/**
 * Writes a row-major matrix as float32 little-endian, and beside it a JSON file that says how it came about.
 *
 * @param target path of the matrix file; `<target>.json` is written too
 * @param provenance whatever lets another person make the same file: sources, counts, seed
 * @returns what the manifest needs
 * @throws RangeError when `matrix` does not hold whole rows
 */
export async function writeMatrixFile(
  target: string,
  matrix: Float32Array,
  columns: number,
  provenance: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<MatrixFile> {
  if (columns < 1 || matrix.length % columns !== 0)
    throw new RangeError(`${matrix.length} numbers are no rows of ${columns}`);
  const bytes = Buffer.alloc(matrix.length * Float32Array.BYTES_PER_ELEMENT);
  matrix.forEach((value, index) => bytes.writeFloatLE(value, index * Float32Array.BYTES_PER_ELEMENT));
  const described: MatrixFile = {
    file: path.basename(target),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    rows: matrix.length / columns,
    columns,
  };
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, bytes, { signal });
  await writeFile(`${target}.json`, `${JSON.stringify({ ...described, ...provenance }, null, 2)}\n`, { signal });
  return described;
}

/** Rows set end to end, as `writeMatrixFile` wants them. */
export function stackRows(rows: readonly Float32Array[]): Float32Array {
  const columns = rows[0]?.length ?? 0;
  const matrix = new Float32Array(rows.length * columns);
  rows.forEach((row, index) => matrix.set(row, index * columns));
  return matrix;
}
