/** Whether a video may be written to a library. */
import { RollcallError } from '../../domain/errors/errors.js';
import { parseId } from '../../domain/ids.js';
import type { VideoRow } from '../rows.js';

/** @param pack that the library was opened with. @throws RollcallError incompatible_library, unknown_id */
export function checkVideo({ video_id, run_id, pack: its }: VideoRow, pack: string): void {
  parseId('video', video_id);
  parseId('run', run_id);
  if (its === pack) return;
  throw new RollcallError(
    'incompatible_library',
    `The video was indexed with pack "${its}", the library is opened with "${pack}".`,
    `Index with pack "${pack}".`,
  );
}
