/** Groups faces by the code that groups a library's tracks, each face standing for a track of a video of its own. */
import type { CalibrationModel } from '../../../src/domain/scores/calibration-model.js';
import { joinRule, type Comparer, type GroupedTrack } from '../../../src/services/grouping/group-tracks.js';
import { regroup } from '../../../src/services/people/regroup.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import type { EvalFace } from '../data/scored-faces.js';

/** What grouping takes of a face. */
export type GroupedFace = Pick<EvalFace, 'vector' | 'population_excess' | 'quality'>;

/**
 * @param order indices of the faces as they arrive, in batches; each batch is one video's worth
 * @returns the identity of each face, in the order of `faces`
 */
export async function groupFaces(
  faces: readonly GroupedFace[],
  order: readonly (readonly number[])[],
  calibration: CalibrationModel,
  compare: Comparer,
  signal: AbortSignal,
): Promise<string[]> {
  // Named by the faces, not by their arrival.
  const tracks = facesAsTracks(faces);
  const rule = joinRule(calibration, 0);
  const identities = new Map<string, IdentityRow>();
  const old: GroupedTrack[] = [];
  for (const batch of order) {
    const fresh = batch.flatMap((i) => tracks[i] ?? []);
    const held = [...identities.values()];
    for (const row of (await regroup({ old, fresh, held, rule, compare, now: '', signal })).rows)
      identities.set(row.identity_id, row);
    old.push(...fresh);
  }
  const owner = new Map(
    [...identities.values()].flatMap((row) =>
      row.merged_into === null ? row.track_ids.map((t) => [t, row.identity_id] as const) : [],
    ),
  );
  return tracks.map(({ track_id }) => owner.get(track_id) ?? track_id);
}

/** Each face as a track of a video of its own. */
export function facesAsTracks(faces: readonly GroupedFace[]): GroupedTrack[] {
  return faces.map(({ vector, population_excess, quality }, i) => ({
    track_id: `track_${String(i).padStart(6, '0')}`,
    video_id: `video_${i}`,
    presence: [],
    vector,
    population_excess,
    quality,
  }));
}

/** All indices of n in one batch. */
export function atOnce(n: number): number[][] {
  return [Array.from({ length: n }, (_, i) => i)];
}

/** Indices in batches of a size. */
export function inBatches(order: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, k) => order.slice(k * size, (k + 1) * size));
}
