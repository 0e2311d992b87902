/** A sample of the tracks of somebody who has many, which the others follow wherever most of those go. */
import { groupBy } from '../../domain/group-by.js';
import { type Constraints, isHeld } from '../../domain/edits/edits.js';
import { spreadOver } from '../../domain/grouping/library-cohort.js';

/** Tracks of one person that are grouped anew. */
const SAMPLE = 64;

/** Tracks that go where most of others go. */
export interface Followers {
  of: readonly string[];
  track_ids: readonly string[];
}

/**
 * Of whom edits speak, there is a sample of all of whom they say the same: it is held to that, and so are those who
 * follow it.
 * @param track_ids all of somebody
 */
export function sampleTracks(
  track_ids: readonly string[],
  edits?: Pick<Constraints, 'homes' | 'barred'>,
): { sample: string[]; followers: Followers[] } {
  if (track_ids.length <= SAMPLE) return { sample: [...track_ids], followers: [] };
  const sample: string[] = [],
    followers: Followers[] = [];
  for (const own of groupBy(track_ids, (t) => (edits ? saidOf(t, edits) : '')).values()) {
    const some = spreadOver(own, SAMPLE);
    sample.push(...some);
    if (some.length === own.length) continue;
    const chosen = new Set(some);
    followers.push({ of: some, track_ids: own.filter((t) => !chosen.has(t)) });
  }
  return { sample, followers };
}

function saidOf(track_id: string, { homes, barred }: Pick<Constraints, 'homes' | 'barred'>): string {
  const home = homes.get(track_id);
  return JSON.stringify([home?.identity_id, isHeld(home), [...(barred.get(track_id)?.keys() ?? [])].sort()]);
}
