/** Reads the vectors of tracks, in the order of places. */
import { z } from 'zod';
import type { TrackFace, TrackFilter } from '../api.js';
import { type RowOpener, storedSummary } from '../tables/columns.js';
import type { Table } from '../tables/database-engine.js';
import { chunks } from '../../domain/chunks.js';
import type { TrackVectors } from './held-vectors.js';
import type { TrackColumns } from './track-columns.js';
import { idPredicates, trackPredicates } from '../tables/predicates.js';
import { byPlace } from '../tables/row-order.js';
import { eachVectorRow, inLargeBatches, readRows } from '../tables/scan.js';

const storedKey = z.object({
  track_id: z.string(),
  video_id: z.string(),
  start_s: z.number(),
  quality: z.number(),
  population_excess: z.number(),
});
type Key = z.output<typeof storedKey>;
const COLUMNS = Object.keys(storedKey.shape);

const storedFace = storedKey.pick({ track_id: true, video_id: true, quality: true, population_excess: true }).extend({
  presence: storedSummary.shape.presence,
});
const FACE_COLUMNS = Object.keys(storedFace.shape);
/** Read at once. */
const ROWS = 1000;

/** Some tracks with their vectors, in no order. @param dimensions length of a vector */
export async function readFaces(
  table: Table,
  dimensions: number,
  track_ids: readonly string[],
  opener: RowOpener | null,
  signal?: AbortSignal,
): Promise<TrackFace[]> {
  const faces: TrackFace[] = [];
  const read = [...FACE_COLUMNS, 'vector'];
  for (const predicate of idPredicates('track_id', 'track', track_ids)) {
    const batches = table
      .query()
      .select(opener?.columns(read) ?? read)
      .where(predicate);
    for await (const { row, vector } of eachVectorRow(batches, FACE_COLUMNS, dimensions, signal, opener)) {
      const { quality, population_excess, ...face } = storedFace.parse(row);
      // As a block of vectors has them.
      const single = { quality: Math.fround(quality), population_excess: Math.fround(population_excess) };
      faces.push({ ...face, ...single, vector: vector.slice() });
    }
  }
  return faces;
}

const storedInPlace = storedFace.extend({ start_s: storedKey.shape.start_s });
const PLACED_COLUMNS = Object.keys(storedInPlace.shape);

/** All tracks with their vectors, in the order of places: read once, and nothing of them is in memory twice. */
export async function readAllFaces(
  table: Table,
  dimensions: number,
  opener: RowOpener | null,
  signal?: AbortSignal,
): Promise<TrackFace[]> {
  const count = await table.countRows(),
    data = new Float32Array(count * dimensions);
  const faces: (TrackFace & { start_s: number })[] = [],
    videos = new Map<string, string>();
  const read = [...PLACED_COLUMNS, 'vector'];
  const batches = inLargeBatches(table.query().select(opener?.columns(read) ?? read));
  for await (const { row, vector } of eachVectorRow(batches, PLACED_COLUMNS, dimensions, signal, opener)) {
    const { track_id, video_id, start_s, presence, ...single } = storedInPlace.parse(row);
    // One text for all tracks of a video.
    const video = videos.get(video_id) ?? video_id;
    videos.set(video, video);
    const at = faces.length * dimensions;
    data.set(vector, at);
    faces.push({
      track_id,
      video_id: video,
      start_s,
      vector: data.subarray(at, at + dimensions),
      // As a block of vectors has them.
      quality: Math.fround(single.quality),
      population_excess: Math.fround(single.population_excess),
      presence,
    });
  }
  if (faces.length !== count) throw new Error('A scan found other tracks than were counted.');
  return faces.sort(byPlace);
}

const storedInRow = storedSummary.pick({ presence: true }).extend({ _rowid: z.bigint() });
const ROW_COLUMNS = Object.keys(storedInRow.shape);

/**
 * The same of tracks whose rows are known: what else is said of them need not be read, but the ids that sealed vectors
 * are bound to, and no index is asked.
 * @param numbers of tracks in `known`
 */
export async function readFacesInRows(
  table: Table,
  dimensions: number,
  known: TrackColumns,
  numbers: readonly number[],
  opener: RowOpener | null,
  signal?: AbortSignal,
): Promise<TrackFace[]> {
  const faces: TrackFace[] = [],
    read = ['presence', 'vector'];
  for (const some of chunks(numbers, ROWS)) {
    const batches = table
      .takeRowIds(some.map((n) => known.rowOf(n)))
      .select(opener?.columns(read) ?? read)
      .withRowId();
    for await (const { row, vector } of eachVectorRow(batches, ROW_COLUMNS, dimensions, signal, opener)) {
      const { presence, _rowid } = storedInRow.parse(row);
      const { track_id, video_id, quality, population_excess } = known.found(known.numberInRow(Number(_rowid)));
      const single = { quality: Math.fround(quality), population_excess: Math.fround(population_excess) };
      faces.push({ track_id, video_id, ...single, presence, vector: vector.slice() });
    }
  }
  return faces;
}

/** @param dimensions length of a vector */
export async function readVectors(
  table: Table,
  dimensions: number,
  filter: TrackFilter,
  opener: RowOpener | null,
  signal?: AbortSignal,
): Promise<TrackVectors> {
  const isAll = filter.track_ids === undefined && filter.video_ids === undefined;
  const read = (columns: readonly string[], predicate: string | undefined) => {
    const query = table.query().select(opener?.columns([...columns, 'vector']) ?? [...columns, 'vector']);
    const batches = predicate === undefined ? query : query.where(predicate);
    return eachVectorRow(batches, columns, dimensions, signal, opener);
  };
  if (!isAll) {
    const found: { key: Key; vector: Float32Array }[] = [];
    for (const predicate of trackPredicates(filter))
      for await (const { row, vector } of read(COLUMNS, predicate))
        found.push({ key: storedKey.parse(row), vector: vector.slice() });
    found.sort((a, b) => byPlace(a.key, b.key));
    const data = new Float32Array(found.length * dimensions);
    found.forEach(({ vector }, i) => data.set(vector, i * dimensions));
    return { tracks: found.map(({ key }) => key), data };
  }
  // Of everything no vector is in memory twice: where each is to lie is found out first.
  const keys = (await readRows(table, storedKey, undefined, signal, opener)).sort(byPlace);
  const position = new Map(keys.map((key, i) => [key.track_id, i]));
  const data = new Float32Array(keys.length * dimensions);
  let filled = 0;
  for await (const { row, vector } of read(['track_id'], undefined)) {
    const at = position.get(String(row['track_id']));
    if (at === undefined) throw new Error('A scan found other tracks than the one before it.');
    data.set(vector, at * dimensions);
    filled++;
  }
  if (filled !== keys.length) throw new Error('A scan found fewer tracks than the one before it.');
  return { tracks: keys, data };
}
