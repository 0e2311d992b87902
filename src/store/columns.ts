/** How rows lie in the tables: column types, encoding to what LanceDB takes, decoding what it gives. */
import { z } from 'zod';
import type { ArrowModule } from './engine.js';
import { coverageRecordSchema, intervalRecordSchema } from './records/coverage-record.js';
import type {
  CalibrationRow,
  EditRow,
  IdentityRow,
  LabelRow,
  ReferenceRow,
  TrackBox,
  TrackSummary,
  VideoRow,
} from './rows.js';

type ColumnType = 'text' | 'text?' | 'int' | 'real' | 'json' | 'bytes' | 'bytes?' | 'bytes_list' | 'vector';

export const TABLE_NAMES = ['videos', 'tracks', 'identities', 'edits', 'calibrations', 'references', 'labels'] as const;
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
} as const satisfies Record<TableName, string>;

/** @returns the table's Arrow schema; `dimensions` is the length of a vector. */
export function arrowSchema(
  arrow: ArrowModule,
  table: TableName,
  dimensions: number,
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
    vector: () => new arrow.FixedSizeList(dimensions, new arrow.Field('item', new arrow.Float32(), true)),
  };
  const columns: Record<string, ColumnType> = COLUMNS[table];
  return new arrow.Schema(
    Object.entries(columns).map(([name, type]) => new arrow.Field(name, types[type](), type.endsWith('?'))),
  );
}

/** @returns the row with exactly the table's columns, JSON columns as text. */
export function encodeRow(table: TableName, row: object): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(row));
  const columns: Record<string, ColumnType> = COLUMNS[table];
  return Object.fromEntries(
    Object.entries(columns).map(([name, type]) => {
      const value = values.get(name);
      return [name, type === 'json' ? JSON.stringify(value ?? null) : (value ?? null)];
    }),
  );
}

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

const numbers = z.custom<Iterable<number>>(
  (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
);

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
export const storedLabel = z.object({ id: z.string(), number: z.number() }) satisfies z.ZodType<LabelRow>;
