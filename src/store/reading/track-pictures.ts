/** Reads what of a track is to be looked at: its pictures, and where it is in those of its video. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { parseId } from '../../domain/ids.js';
import type { TrackBox, TrackPictures } from '../rows.js';
import { listOf, type RowOpener, storedBoxes } from '../tables/columns.js';
import type { Table } from '../tables/database-engine.js';
import { idPredicates } from '../tables/predicates.js';
import { eachRow } from '../tables/scan.js';

const bytes = z.instanceof(Uint8Array);

/** @throws RollcallError unknown_id */
export async function readPictures(
  table: Table,
  track_id: string,
  opener: RowOpener | null,
  signal?: AbortSignal,
): Promise<TrackPictures> {
  for await (const row of rowsOf(table, [parseId('track', track_id)], ['crops', 'thumbnail'], opener, signal))
    return {
      crops: Array.from(listOf.parse(row['crops']), (crop) => bytes.parse(crop).slice()),
      thumbnail: bytes.nullable().parse(row['thumbnail'])?.slice() ?? null,
    };
  throw noTrack(track_id);
}

/** @throws RollcallError unknown_id */
export async function readBoxes(
  table: Table,
  track_id: string,
  opener: RowOpener | null,
  signal?: AbortSignal,
): Promise<TrackBox[]> {
  for await (const row of rowsOf(table, [parseId('track', track_id)], ['boxes'], opener, signal))
    return storedBoxes.parse(row).boxes;
  throw noTrack(track_id);
}

/** The first of the crops, which is the best, of each of these tracks that has any. */
export async function readBestCrops(
  table: Table,
  track_ids: readonly string[],
  opener: RowOpener | null,
  signal?: AbortSignal,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const row of rowsOf(table, track_ids, ['track_id', 'crops'], opener, signal)) {
    const [best] = listOf.parse(row['crops']);
    if (best !== undefined) found.set(String(row['track_id']), bytes.parse(best).slice());
  }
  return found;
}

/** Binary values are views that hold only until the next row. */
async function* rowsOf(
  table: Table,
  track_ids: readonly string[],
  columns: string[],
  opener: RowOpener | null,
  signal?: AbortSignal,
): AsyncGenerator<Record<string, unknown>> {
  const read = opener?.columns(columns) ?? columns;
  for (const predicate of idPredicates('track_id', 'track', track_ids))
    for await (const row of eachRow(table.query().select(read).where(predicate), read, signal))
      yield opener ? opener.open(row) : row;
}

function noTrack(track_id: string): RollcallError {
  return new RollcallError(
    'unknown_id',
    `There is no track ${track_id}.`,
    'Its video may have been indexed again or forgotten: ask for its appearances again.',
  );
}
