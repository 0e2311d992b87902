/** The nearest tracks, by LanceDB. */
import { z } from 'zod';
import { stopIfAborted } from '../abort.js';
import type { Neighbour } from '../api.js';
import type { Table } from '../tables/database-engine.js';
import { eachRow } from '../tables/scan.js';
import { candidatesPerTrack } from '../tables/search-index.js';

/** Partitions of the index looked into, each of 4,096 tracks: all of them, since comparing codes takes little. */
const PROBES = 256;

const foundSchema = z.object({
  track_id: z.string(),
  video_id: z.string(),
  population_excess: z.number(),
  quality: z.number(),
  _distance: z.number(),
});
const FOUND_COLUMNS = Object.keys(foundSchema.shape);

/** @returns for each predicate up to `limit`, in no order */
export async function searchTracks(
  table: Table,
  vector: Float32Array,
  limit: number,
  predicates: readonly (string | undefined)[],
  signal?: AbortSignal,
): Promise<Neighbour[]> {
  const found: Neighbour[] = [];
  const refine = await candidatesPerTrack(table);
  for (const predicate of predicates) {
    stopIfAborted(signal);
    // `_distance` is asked for by name: otherwise LanceDB writes a warning to stderr at every query.
    const query = table
      .vectorSearch(vector)
      .column('vector')
      .distanceType('cosine')
      .select(FOUND_COLUMNS)
      .limit(limit)
      .nprobes(PROBES)
      .refineFactor(refine);
    for await (const row of eachRow(predicate === undefined ? query : query.where(predicate), FOUND_COLUMNS, signal)) {
      const { _distance, ...rest } = foundSchema.parse(row);
      found.push({ ...rest, cosine: 1 - _distance });
    }
  }
  return found;
}
