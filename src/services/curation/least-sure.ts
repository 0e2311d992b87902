/** Whom there is least to know by: what is answered where no question is worth asking. */
import { readEditLog } from '../../domain/edits/edit-log.js';
import { replayEdits } from '../../domain/edits/edits.js';
import type { Resources } from '../resources.js';

export interface LeastSure {
  identity_id: string;
  name: string | null;
  tracks: number;
  /** Of the best of their faces, 0..1. */
  quality: number;
}

/** Of those with a face: the fewest and poorest tracks (the sum of their qualities); null where there is nobody. */
export async function leastSure(
  { library }: Pick<Resources, 'library'>,
  signal?: AbortSignal,
): Promise<LeastSure | null> {
  const reader = await (await library()).snapshot();
  const quality = new Map((await reader.tracks({}, signal)).map((t) => [t.track_id, t.quality]));
  const { ignored } = replayEdits(readEditLog(await reader.edits(signal)));
  let least: LeastSure | null = null,
    fewest = Infinity;
  for (const { identity_id, name, track_ids, merged_into } of await reader.identities(signal)) {
    const own = track_ids.flatMap((t) => quality.get(t) ?? []);
    if (merged_into !== null || own.length === 0 || ignored.has(identity_id)) continue;
    const evidence = own.reduce((sum, q) => sum + q, 0);
    if (evidence < fewest || (evidence === fewest && least !== null && identity_id < least.identity_id)) {
      fewest = evidence;
      least = { identity_id, name, tracks: own.length, quality: own.reduce((a, b) => Math.max(a, b)) };
    }
  }
  return least;
}
