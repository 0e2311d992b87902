/** What a write does to the tracks of earlier runs that stay when their video is committed again. */
import { isDeepStrictEqual } from 'node:util';
import { parseId } from '../../domain/ids.js';
import { stopIfAborted } from '../abort.js';
import type { KeptTrack } from '../api.js';
import { columnsOf, rowOpener, sealRow, storedSummary } from '../tables/columns.js';
import type { Engine, Table } from '../tables/database-engine.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import { writeOnce } from '../tables/write-once.js';
import { idPredicates } from '../tables/predicates.js';
import { eachRow, readRows } from '../tables/scan.js';

type ToArrow = (row: Record<string, unknown>) => ReturnType<Engine['lance']['makeArrowTable']>;

/**
 * Shortens and renames those that stay in part.
 * @param where selects the tracks of the video
 * @returns the tracks that don't stay, by id: still there
 */
export async function keepTracks(
  table: Table,
  where: string,
  kept: readonly KeptTrack[],
  toArrow: ToArrow,
  cipher: ValueCipher | null,
  signal: AbortSignal,
): Promise<string[]> {
  const keptById = new Map(kept.map((track) => [track.track_id, track]));
  const gone: string[] = [];
  for (const was of await readRows(table, storedSummary, where, signal, null)) {
    const now = keptById.get(was.track_id);
    if (!now) gone.push(was.track_id);
    else if (now.becomes !== was.track_id || !isDeepStrictEqual(now.presence, was.presence)) {
      stopIfAborted(signal);
      const { becomes, start_s, end_s } = now;
      const one = idPredicates('track_id', 'track', [was.track_id])[0] ?? 'false';
      const values = { track_id: parseId('track', becomes), start_s, end_s, presence: JSON.stringify(now.presence) };
      if (cipher && becomes !== was.track_id) await sealAnew(table, one, values, toArrow, cipher, signal);
      else await table.update({ where: one, values });
    }
  }
  return gone;
}

/** What is sealed is bound to the track's id: with another one it is sealed again. */
async function sealAnew(
  table: Table,
  where: string,
  values: Record<string, unknown>,
  toArrow: ToArrow,
  cipher: ValueCipher,
  signal: AbortSignal,
): Promise<void> {
  const columns = columnsOf('tracks');
  const opener = rowOpener('tracks', cipher);
  for await (const row of eachRow(table.query().select(columns).where(where), columns, signal)) {
    const sealed = sealRow('tracks', { ...opener?.open(row), ...values }, cipher);
    await table.delete(where);
    await writeOnce(table, () => table.add(toArrow(sealed)));
    return;
  }
}
