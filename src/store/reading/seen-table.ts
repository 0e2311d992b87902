/** Reads who is seen where, in columns: checking each value again takes half of the time of a page of people. */
import type { SeenRow } from '../rows.js';
import type { Table } from '../tables/database-engine.js';
import { asciiIn, columnsOf as batchesOf, integersIn, realsIn } from '../tables/scan.js';
import { columnsOf } from '../tables/columns.js';

/** In no order. @param predicates disjoint; undefined for all rows */
export async function readSeen(
  table: Table,
  predicates: readonly (string | undefined)[],
  signal?: AbortSignal,
): Promise<SeenRow[]> {
  const rows: SeenRow[] = [];
  for await (const batch of batchesOf(table, columnsOf('seen'), predicates, signal)) {
    const people = asciiIn(batch, 'identity_id'),
      videos = asciiIn(batch, 'video_id'),
      best = asciiIn(batch, 'best_track'),
      appearances = asciiIn(batch, 'appearances'),
      seconds = realsIn(batch, 'seconds'),
      times = realsIn(batch, 'best_time_s'),
      qualities = realsIn(batch, 'best_quality'),
      tracks = integersIn(batch, 'tracks');
    for (let i = 0; i < batch.numRows; i++)
      rows.push({
        identity_id: people[i] ?? '',
        video_id: videos[i] ?? '',
        seconds: seconds[i] ?? 0,
        tracks: tracks[i] ?? 0,
        best_track: best[i] ?? '',
        best_time_s: times[i] ?? 0,
        best_quality: qualities[i] ?? 0,
        // Made by this code of what it has checked.
        appearances: JSON.parse(appearances[i] ?? '[]') as SeenRow['appearances'],
      });
  }
  return rows;
}
