/** A file that is known and lies elsewhere now: the library follows it, so that its pictures can be shown. */
import { stat } from 'node:fs/promises';
import { Source } from '../../media/sources/source.js';
import type { VideoRow } from '../../store/rows.js';
import type { Resources } from '../resources.js';
import { titleOf } from './title-of.js';

/** Whether what was indexed from another place is no longer there. One from the web stays where it came from. */
export async function hasMoved(
  known: VideoRow,
  source: string,
  resources: Pick<Resources, 'sources'>,
): Promise<boolean> {
  if (known.source === source || /^https?:/i.test(known.source) || /^https?:/i.test(source)) return false;
  const size = await resources.sources.file(known.source).then(
    async (file) => (await stat(Source.locationOf(file))).size,
    () => null,
  );
  return size !== known.size_bytes;
}

/** The same file, found under another path. */
export function movedTo(row: VideoRow, source: string): VideoRow {
  return { ...row, source, title: titleOf(source), coverage: { ...row.coverage, source } };
}
