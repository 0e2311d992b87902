/** Reading tables row by row and vector by vector, a batch in memory at a time. */
import type { RecordBatch } from 'apache-arrow';
import type { z } from 'zod';
import { stopIfAborted } from '../abort.js';
import type { RowOpener } from './columns.js';
import type { Query, Table } from './database-engine.js';

/** @returns all rows that fit, decoded by `schema`, whose keys are the columns read. */
export async function readRows<T>(
  table: Table,
  schema: z.ZodObject & z.ZodType<T>,
  predicate: string | undefined,
  signal: AbortSignal | undefined,
  opener: RowOpener | null,
): Promise<T[]> {
  const wanted = Object.keys(schema.shape);
  const columns = opener?.columns(wanted) ?? wanted;
  const query = table.query().select(columns);
  const rows: T[] = [];
  for await (const batch of predicate === undefined ? query : query.where(predicate)) {
    stopIfAborted(signal);
    for (const row of rowsIn(batch, columns)) rows.push(schema.parse(opener ? opener.open(row) : row));
  }
  return rows;
}

/** Rows of a batch where all of a table is read in columns: with LanceDB's 1,024 it takes up to three times as long. */
const LARGE = 8192;

/** A query's batches, larger than it would give them. */
export function inLargeBatches(query: Query): AsyncIterable<RecordBatch> {
  return { [Symbol.asyncIterator]: () => query['execute']({ maxBatchLength: LARGE }) };
}

/** Columns in large batches. @param predicates disjoint; undefined for all rows */
export async function* columnsOf(
  table: Table,
  columns: string[],
  predicates: readonly (string | undefined)[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch> {
  for (const predicate of predicates) {
    const query = table.query().select(columns);
    for await (const batch of inLargeBatches(predicate === undefined ? query : query.where(predicate))) {
      stopIfAborted(signal);
      yield batch;
    }
  }
}

/** Yields each row's columns; binary values are views that hold only until the next row. */
export async function* eachRow(
  batches: AsyncIterable<RecordBatch>,
  columns: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Record<string, unknown>> {
  for await (const batch of batches) {
    stopIfAborted(signal);
    yield* rowsIn(batch, columns);
  }
}

function* rowsIn(batch: RecordBatch, columns: readonly string[]): Generator<Record<string, unknown>> {
  const vectors = columns.map((name) => [name, batch.getChild(name)] as const);
  for (let i = 0; i < batch.numRows; i++) {
    const row: Record<string, unknown> = {};
    for (const [name, vector] of vectors) row[name] = vector?.get(i);
    yield row;
  }
}

/** Yields each row's columns with its vector, which is a view that holds only until the next row. */
export async function* eachVectorRow(
  batches: AsyncIterable<RecordBatch>,
  columns: readonly string[],
  dimensions: number,
  signal: AbortSignal | undefined,
  opener: RowOpener | null,
): AsyncGenerator<{ row: Record<string, unknown>; vector: Float32Array }> {
  for await (const batch of batches) {
    stopIfAborted(signal);
    if (opener) {
      for (const sealed of rowsIn(batch, opener.columns([...columns, 'vector']))) {
        const row = opener.open(sealed),
          { vector } = row;
        if (!(vector instanceof Float32Array) || vector.length !== dimensions)
          throw new Error('A sealed vector has another length.');
        yield { row, vector };
      }
      continue;
    }
    const vectors = vectorsIn(batch, dimensions);
    let at = 0;
    for (const row of rowsIn(batch, columns)) {
      yield { row, vector: vectors.subarray(at * dimensions, (at + 1) * dimensions) };
      at++;
    }
  }
}

/** The vectors of a batch that is not sealed, end to end: a view. */
export function vectorsIn(batch: RecordBatch, dimensions: number): Float32Array {
  const list = batch.getChild('vector')?.data[0];
  const values: unknown = list?.children[0]?.values;
  // A fixed-size list keeps its values end to end in one array: slicing it is a hundred times faster than get().
  if (!list || !(values instanceof Float32Array) || values.length < (list.offset + batch.numRows) * dimensions)
    throw new Error('A vector column has an unexpected layout.');
  return values.subarray(list.offset * dimensions, (list.offset + batch.numRows) * dimensions);
}

/** Yields the id and the vector of each row; the vector is a view that holds only until the next row. */
export async function* scanVectors(
  table: Table,
  dimensions: number,
  predicate: string | undefined,
  signal: AbortSignal | undefined,
  opener: RowOpener | null,
): AsyncGenerator<{ track_id: string; vector: Float32Array }> {
  const columns = ['track_id'];
  const query = table.query().select(opener?.columns([...columns, 'vector']) ?? [...columns, 'vector']);
  const batches = predicate === undefined ? query : query.where(predicate);
  for await (const { row, vector } of eachVectorRow(batches, columns, dimensions, signal, opener))
    yield { track_id: String(row['track_id']), vector };
}

/** A column of a batch that is ASCII, as ids are: decoding each value by itself takes several times as long. */
export function asciiIn(batch: RecordBatch, name: string): string[] {
  return (batch.getChild(name)?.data ?? []).flatMap(({ length, valueOffsets, values }) => {
    if (!(valueOffsets instanceof Int32Array) || !(values instanceof Uint8Array))
      throw new Error('A text column has an unexpected layout.');
    const [from = 0] = valueOffsets;
    const text = Buffer.from(values.buffer, values.byteOffset + from, (valueOffsets[length] ?? from) - from).toString(
      'latin1',
    );
    return Array.from({ length }, (_, i) =>
      text.slice((valueOffsets[i] ?? 0) - from, (valueOffsets[i + 1] ?? 0) - from),
    );
  });
}

/** A column of text of a batch in whatever script: where it is ASCII, as most is, see asciiIn. */
export function textIn(batch: RecordBatch, name: string): string[] {
  const { offsets, bytes } = bytesIn(batch, name);
  const end = offsets[batch.numRows] ?? 0;
  for (let at = offsets[0] ?? 0; at < end; at++)
    if ((bytes[at] ?? 0) > 127) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return Array.from({ length: batch.numRows }, (_, i) => buffer.toString('utf8', offsets[i], offsets[i + 1]));
    }
  return asciiIn(batch, name);
}

/** The same of a column that may have nothing in some rows. */
export function textOrNullIn(batch: RecordBatch, name: string): (string | null)[] {
  const [column] = batch.getChild(name)?.data ?? [];
  if (!column || column.nullCount >= batch.numRows) return [];
  return textIn(batch, name).map((text, i) => (column.getValid(i) ? text : null));
}

/** A column of numbers of a batch, none of them missing: reading each by itself takes several times as long. */
export function realsIn(batch: RecordBatch, name: string): Float64Array {
  const numbers: unknown = batch.getChild(name)?.toArray();
  if (numbers instanceof Float64Array) return numbers;
  throw new Error('A column of numbers has an unexpected layout.');
}

/** The same of numbers of single precision. */
export function singlesIn(batch: RecordBatch, name: string): Float32Array {
  const numbers: unknown = batch.getChild(name)?.toArray();
  if (numbers instanceof Float32Array) return numbers;
  throw new Error('A column of single numbers has an unexpected layout.');
}

/** The row ids of a batch that was read with them. */
export function rowIdsIn(batch: RecordBatch): BigUint64Array {
  const rows: unknown = batch.getChild('_rowid')?.toArray();
  if (rows instanceof BigUint64Array) return rows;
  throw new Error('Row ids have an unexpected layout.');
}

/** The same of whole numbers. */
export function integersIn(batch: RecordBatch, name: string): Int32Array {
  const numbers: unknown = batch.getChild(name)?.toArray();
  if (numbers instanceof Int32Array) return numbers;
  throw new Error('A column of whole numbers has an unexpected layout.');
}

/** A column of text of a batch as it lies, for those who read it byte by byte: of row i from offsets[i] on. */
export function bytesIn(batch: RecordBatch, name: string): { offsets: Int32Array; bytes: Uint8Array } {
  const [text, ...more] = batch.getChild(name)?.data ?? [];
  const offsets: unknown = text?.valueOffsets,
    bytes: unknown = text?.values;
  if (more.length > 0 || !(offsets instanceof Int32Array) || !(bytes instanceof Uint8Array))
    throw new Error('A text column has an unexpected layout.');
  return { offsets, bytes };
}

/** A column of ids: they lie end to end, each as wide as the other. */
export function idsIn(batch: RecordBatch, name: string, width: number): { ascii: Uint8Array; from: number } {
  const { offsets, bytes } = bytesIn(batch, name);
  for (let i = 0; i < batch.numRows; i++)
    if ((offsets[i + 1] ?? 0) - (offsets[i] ?? 0) !== width) throw new Error('An id has another length.');
  return { ascii: bytes, from: offsets[0] ?? 0 };
}
