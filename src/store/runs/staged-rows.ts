/** Rows of runs that are not committed: what may be one, and what is read of them. */
import { RollcallError } from '../../domain/errors/errors.js';
import { parseId } from '../../domain/ids.js';
import type { StagedTrack } from '../api.js';
import { rowOpener, storedStaged } from '../tables/columns.js';
import type { Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { TrackRow } from '../rows.js';
import { readRows, scanVectors } from '../tables/scan.js';

/** What was staged in a run's table. */
export async function readStaged(
  table: Table,
  { dimensions, cipher }: { dimensions: number; cipher: ValueCipher | null },
  signal?: AbortSignal,
): Promise<StagedTrack[]> {
  const vectors = new Map<string, Float32Array>();
  for await (const { track_id, vector } of scanVectors(
    table,
    dimensions,
    undefined,
    signal,
    rowOpener('tracks', cipher),
  ))
    vectors.set(track_id, vector.slice());
  const rows = await readRows(table, storedStaged, undefined, signal, null);
  return rows.flatMap(({ boxes, ...row }) => {
    const vector = vectors.get(row.track_id);
    return vector ? [{ ...row, vector, places: boxes }] : [];
  });
}

/** @throws RollcallError `unknown_id`, or `bad_argument` for a vector that no other can be compared with */
export function checkTrack(row: TrackRow, dimensions: number): void {
  parseId('run', row.run_id);
  parseId('video', row.video_id);
  parseId('track', row.track_id);
  if (row.vector.length !== dimensions)
    throw new RollcallError(
      'bad_argument',
      `The vector of ${row.track_id} has ${row.vector.length} numbers, the library's have ${dimensions}.`,
      'Embed with the pack of the library.',
    );
  // The cosine of a zero vector is undefined, and one NaN makes a whole search unpredictable.
  const length = row.vector.reduce((sum, x) => sum + x * x, 0);
  if (!(length > 0 && length < Infinity))
    throw new RollcallError(
      'bad_argument',
      `The vector of ${row.track_id} has no direction.`,
      'Store only tracks whose embedding is finite and not zero.',
    );
}
