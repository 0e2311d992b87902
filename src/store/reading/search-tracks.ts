/** The nearest tracks, by LanceDB. */
import { z } from 'zod';
import { stopIfAborted } from '../abort.js';
import type { Neighbour } from '../api.js';
import type { Table } from '../tables/database-engine.js';
import { eachRow, rowIdsIn, singlesIn } from '../tables/scan.js';
import { candidatesPerTrack } from '../tables/search-index.js';
import type { TrackColumns } from './track-columns.js';

/** Partitions of the index looked into, each of 4,096 tracks: all of them, since comparing codes takes little. */
const PROBES = 256;

const trackSchema = z.object({
  track_id: z.string(),
  video_id: z.string(),
  population_excess: z.number(),
  quality: z.number(),
});
const foundSchema = trackSchema.extend({ _distance: z.number() });
const TRACK_COLUMNS = Object.keys(trackSchema.shape),
  FOUND_COLUMNS = Object.keys(foundSchema.shape);

/** What is searched for. @property predicates for each of which up to `limit` are found */
export interface Search {
  vector: Float32Array;
  limit: number;
  predicates: readonly (string | undefined)[];
}

/** @returns the nearest tracks, in no order */
export async function searchTracks(table: Table, search: Search, signal?: AbortSignal): Promise<Neighbour[]> {
  const found: Neighbour[] = [];
  for (const query of await queriesFor(table, search)) {
    stopIfAborted(signal);
    for await (const row of eachRow(query.select(FOUND_COLUMNS), FOUND_COLUMNS, signal)) {
      const { _distance, ...rest } = foundSchema.parse(row);
      found.push({ ...rest, cosine: 1 - _distance });
    }
  }
  return found;
}

/** The same where rows are known: only those that came since are read. @param known by row ids that are in force */
export async function searchRows(
  table: Table,
  known: TrackColumns,
  search: Search,
  signal?: AbortSignal,
): Promise<Neighbour[]> {
  const found: Neighbour[] = [];
  const unknown = new Map<bigint, number>();
  for (const query of await queriesFor(table, search))
    for await (const batch of query.select(['_distance']).withRowId()) {
      stopIfAborted(signal);
      const distances = singlesIn(batch, '_distance');
      for (const [i, row] of rowIdsIn(batch).entries()) {
        const cosine = 1 - (distances[i] ?? NaN),
          number = known.numberInRow(Number(row));
        if (number < 0) unknown.set(row, cosine);
        else found.push({ ...known.found(number), cosine });
      }
    }
  if (unknown.size === 0) return found;
  const read = table
    .takeRowIds([...unknown.keys()])
    .select(TRACK_COLUMNS)
    .withRowId();
  for await (const row of eachRow(read, [...TRACK_COLUMNS, '_rowid'], signal))
    found.push({ ...trackSchema.parse(row), cosine: unknown.get(z.bigint().parse(row['_rowid'])) ?? NaN });
  return found;
}

async function queriesFor(table: Table, { vector, limit, predicates }: Search) {
  const refine = await candidatesPerTrack(table);
  return predicates.map((predicate) => {
    // `_distance` is asked for by name: otherwise LanceDB writes a warning to stderr at every query.
    const query = table
      .vectorSearch(vector)
      .column('vector')
      .distanceType('cosine')
      .limit(limit)
      .nprobes(PROBES)
      .refineFactor(refine);
    return predicate === undefined ? query : query.where(predicate);
  });
}
