/** How rows lie in the tables: column types, encoding to what LanceDB takes, decoding what it gives. */
import { z } from 'zod';
import type { ArrowModule } from './database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import { coverageRecordSchema, intervalRecordSchema } from '../records/coverage-record.js';
import type { CalibrationRow, EditRow, IdentityRow, ReferenceRow, TrackBox, TrackSummary, VideoRow } from '../rows.js';

type ColumnType = 'text' | 'text?' | 'int' | 'real' | 'json' | 'bytes' | 'bytes?' | 'bytes_list' | 'reals' | 'vector';

export const TABLE_NAMES = [
  'videos',
  'tracks',
  'identities',
  'edits',
  'calibrations',
  'references',
  'labels',
  'owners',
  'seen',
  'people',
  'totals',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

const COLUMNS = {
  videos: {
    video_id: 'text',
    run_id: 'text',
    content_hash: 'text',
    source: 'text',
    title: 'text',
    size_bytes: 'real',
    duration_s: 'real',
    start_s: 'real',
    width: 'int',
    height: 'int',
    fps: 'real',
    sample_fps: 'real',
    pack: 'text',
    pipeline_version: 'text',
    range: 'json',
    indexed_at: 'text',
    coverage: 'json',
    shots: 'json',
  },
  tracks: {
    track_id: 'text',
    video_id: 'text',
    run_id: 'text',
    shot: 'int',
    start_s: 'real',
    end_s: 'real',
    presence: 'json',
    samples: 'int',
    embedded: 'int',
    quality: 'real',
    population_excess: 'real',
    norm: 'real',
    best_time_s: 'real',
    pack: 'text',
    spread: 'real',
    boxes: 'json',
    vector: 'vector',
    crops: 'bytes_list',
    thumbnail: 'bytes?',
  },
  identities: {
    identity_id: 'text',
    name: 'text?',
    track_ids: 'json',
    merged_into: 'text?',
    split_from: 'text?',
    created_at: 'text',
    updated_at: 'text',
  },
  edits: { edit_id: 'text', seq: 'int', created_at: 'text', body: 'json' },
  calibrations: { calibration_id: 'text', seq: 'int', created_at: 'text', body: 'json' },
  references: {
    reference_id: 'text',
    source: 'text',
    box: 'json',
    quality: 'real',
    population_excess: 'real',
    pack: 'text',
    created_at: 'text',
    vector: 'vector',
    crop: 'bytes',
  },
  labels: { id: 'text', number: 'int' },
  owners: { track_id: 'text', identity_id: 'text', light: 'real' },
  seen: {
    identity_id: 'text',
    video_id: 'text',
    seconds: 'real',
    tracks: 'int',
    best_track: 'text',
    best_time_s: 'real',
    best_quality: 'real',
    appearances: 'json',
  },
  people: {
    identity_id: 'text',
    tracks: 'int',
    weight: 'real',
    excess: 'real',
    best_track: 'text',
    best_quality: 'real',
    best_excess: 'real',
    cohesion: 'reals',
    apart: 'real',
    apart_tracks: 'int',
    vector: 'vector',
  },
  totals: { identity_id: 'text', seconds: 'real', videos: 'int', photos: 'int', tracks: 'int' },
} as const satisfies Record<TableName, Record<string, ColumnType>>;

/** The column that identifies a row; of the log of calibrations, what a row is about. */
export const KEY = {
  videos: 'video_id',
  tracks: 'track_id',
  identities: 'identity_id',
  edits: 'edit_id',
  calibrations: 'calibration_id',
  references: 'reference_id',
  labels: 'id',
  owners: 'track_id',
  seen: 'video_id',
  people: 'identity_id',
  totals: 'identity_id',
} as const satisfies Record<TableName, string>;

/**
 * What is sealed in an encrypted library, as bytes: names, crops, vectors, and what edits and calibrations say. Ids,
 * times, boxes, paths, titles, scores and who is where by ids are not.
 */
const SEALED: { [T in TableName]?: readonly string[] } = {
  tracks: ['vector', 'crops', 'thumbnail'],
  identities: ['name'],
  edits: ['body'],
  calibrations: ['body'],
  references: ['vector', 'crop'],
  people: ['vector'],
};
/** What a sealed value is bound to in its row: what no other row has, and never changes but by sealing anew. */
const bindingOf = (table: TableName): string => (table === 'calibrations' ? 'seq' : KEY[table]);

/** Tables that are made of the others (see derived.ts). */
export const DERIVED: readonly TableName[] = ['owners', 'seen', 'people', 'totals'];

/** Columns by which rows of large tables are looked up. */
export const LOOKED_UP: { [T in TableName]?: readonly string[] } = {
  videos: ['video_id'],
  tracks: ['track_id', 'video_id'],
  identities: ['identity_id'],
  labels: ['id'],
  owners: ['track_id'],
  seen: ['identity_id', 'video_id'],
  people: ['identity_id'],
  totals: ['identity_id'],
};

/** The names of a table's columns. */
export function columnsOf(table: TableName): string[] {
  return Object.keys(COLUMNS[table]);
}

/** @returns the table's Arrow schema; `dimensions` is the length of a vector. */
export function arrowSchema(
  arrow: ArrowModule,
  table: TableName,
  dimensions: number,
  isSealed: boolean,
): InstanceType<ArrowModule['Schema']> {
  const types = {
    text: () => new arrow.Utf8(),
    'text?': () => new arrow.Utf8(),
    json: () => new arrow.Utf8(),
    int: () => new arrow.Int32(),
    real: () => new arrow.Float64(),
    bytes: () => new arrow.Binary(),
    'bytes?': () => new arrow.Binary(),
    bytes_list: () => new arrow.List(new arrow.Field('item', new arrow.Binary(), true)),
    reals: () => new arrow.List(new arrow.Field('item', new arrow.Float32(), true)),
    vector: () => new arrow.FixedSizeList(dimensions, new arrow.Field('item', new arrow.Float32(), true)),
  };
  const columns: Record<string, ColumnType> = COLUMNS[table];
  return new arrow.Schema(
    Object.entries(columns).map(([name, type]) => {
      const asBytes = isSealed && type !== 'bytes_list' && SEALED[table]?.includes(name);
      return new arrow.Field(name, asBytes ? new arrow.Binary() : types[type](), type.endsWith('?'));
    }),
  );
}

/** @returns the row with exactly the table's columns, JSON columns as text, sealed where there is a cipher. */
export function encodeRow(table: TableName, row: object, cipher: ValueCipher | null): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(row));
  const columns: Record<string, ColumnType> = COLUMNS[table];
  const encoded = Object.fromEntries(
    Object.entries(columns).map(([name, type]) => {
      const value = values.get(name);
      return [name, type === 'json' ? JSON.stringify(value ?? null) : (value ?? null)];
    }),
  );
  return cipher ? sealRow(table, encoded, cipher) : encoded;
}

/** Seals a row as `encodeRow` makes it without a cipher. */
export function sealRow(
  table: TableName,
  encoded: Readonly<Record<string, unknown>>,
  cipher: ValueCipher,
): Record<string, unknown> {
  const row = { ...encoded };
  for (const name of SEALED[table] ?? []) {
    const value = row[name],
      place = placeOf(table, name, row);
    if (value === null || value === undefined) continue;
    row[name] = Array.isArray(value)
      ? value.map((item, i) => cipher.seal(bytesOf(item), `${place} ${i}`))
      : cipher.seal(bytesOf(value), place);
  }
  return row;
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Float32Array) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof Uint8Array) return value;
  return Buffer.from(String(value));
}

function placeOf(table: TableName, column: string, row: Readonly<Record<string, unknown>>): string {
  return `${table} ${column} ${String(row[bindingOf(table)])}`;
}

/** Opens the rows of one table. */
export interface RowOpener {
  /** The columns to be read for some of them to be opened. */
  columns(wanted: readonly string[]): string[];
  /** @throws Error for a value that was changed, or moved from another row */
  open(row: Record<string, unknown>): Record<string, unknown>;
}

/** @returns null where nothing is sealed. */
export function rowOpener(table: TableName, cipher: ValueCipher | null): RowOpener | null {
  const sealed = SEALED[table];
  if (cipher === null || sealed === undefined) return null;
  const types: Record<string, ColumnType> = COLUMNS[table];
  return {
    columns: (wanted) => [...new Set([...wanted, bindingOf(table)])],
    open(row) {
      const opened = { ...row };
      for (const name of sealed) {
        const value = row[name];
        if (value === null || value === undefined) continue;
        opened[name] = openValue(value, types[name] ?? 'bytes', placeOf(table, name, row), cipher);
      }
      return opened;
    },
  };
}

function openValue(value: unknown, type: ColumnType, place: string, cipher: ValueCipher): unknown {
  if (type === 'bytes_list')
    return Array.from(
      listOf.parse(value),
      (item, i) => new Uint8Array(cipher.open(sealedBytes.parse(item), `${place} ${i}`)),
    );
  const bytes = cipher.open(sealedBytes.parse(value), place);
  if (type === 'vector') return new Float32Array(new Uint8Array(bytes).buffer);
  return type === 'bytes' || type === 'bytes?' ? new Uint8Array(bytes) : bytes.toString();
}

const sealedBytes = z.instanceof(Uint8Array);
const iterable = <T>() =>
  z.custom<Iterable<T>>((value) => typeof value === 'object' && value !== null && Symbol.iterator in value);
/** Lists as LanceDB gives them: views that hold only until the next row. */
export const listOf = iterable<unknown>(),
  numbers = iterable<number>();

const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
const boxSchema = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });

export const storedVideo = z.object({
  video_id: z.string(),
  run_id: z.string(),
  content_hash: z.string(),
  source: z.string(),
  title: z.string(),
  size_bytes: z.number(),
  duration_s: z.number(),
  start_s: z.number(),
  width: z.number(),
  height: z.number(),
  fps: z.number(),
  sample_fps: z.number(),
  pack: z.string(),
  pipeline_version: z.string(),
  range: json(intervalRecordSchema.nullable()),
  indexed_at: z.string(),
  coverage: json(coverageRecordSchema),
  shots: json(z.array(z.number())),
}) satisfies z.ZodType<VideoRow>;

export const storedSummary = z.object({
  track_id: z.string(),
  video_id: z.string(),
  run_id: z.string(),
  shot: z.number(),
  start_s: z.number(),
  end_s: z.number(),
  presence: json(z.array(intervalRecordSchema)),
  samples: z.number(),
  embedded: z.number(),
  quality: z.number(),
  population_excess: z.number(),
  norm: z.number(),
  best_time_s: z.number(),
  pack: z.string(),
  spread: z.number(),
}) satisfies z.ZodType<TrackSummary>;

export const storedBoxes = z.object({
  boxes: json(z.array(z.object({ time_s: z.number(), box: boxSchema }))),
}) satisfies z.ZodType<{ boxes: TrackBox[] }>;

/** What is read of a staged track when its run is resumed, beside the vector. */
export const storedStaged = storedSummary
  .pick({ track_id: true, video_id: true, population_excess: true, quality: true, presence: true })
  .extend(storedBoxes.shape);

export const storedIdentity = z.object({
  identity_id: z.string(),
  name: z.string().nullable(),
  track_ids: json(z.array(z.string())),
  merged_into: z.string().nullable(),
  split_from: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
}) satisfies z.ZodType<IdentityRow>;

export const storedEdit = z.object({
  edit_id: z.string(),
  seq: z.number(),
  created_at: z.string(),
  body: json(z.unknown()),
}) satisfies z.ZodType<EditRow>;

export const storedCalibration = z.object({
  calibration_id: z.string(),
  seq: z.number(),
  created_at: z.string(),
  body: json(z.unknown()),
}) satisfies z.ZodType<CalibrationRow>;

export const storedReference = z.object({
  reference_id: z.string(),
  source: z.string(),
  box: json(boxSchema),
  quality: z.number(),
  population_excess: z.number(),
  pack: z.string(),
  created_at: z.string(),
  // Views hold only until the next row.
  vector: numbers.transform((values) => Float32Array.from(values)),
  crop: z.instanceof(Uint8Array).transform((bytes) => bytes.slice()),
}) satisfies z.ZodType<ReferenceRow>;
