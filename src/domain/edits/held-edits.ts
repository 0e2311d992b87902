/** Grouping that holds edits: must-links, cannot-links, and who keeps which id. */
import { groupBy } from '../group-by.js';
import type { JoinRules } from '../grouping/join-rules.js';
import { type Constraints, isHeld } from './edits.js';
import type { Claims } from '../grouping/identity-assignment.js';
import { joinAtOnce } from '../grouping/mass-merge.js';
import type { ScoredPairs } from '../grouping/scored-pairs.js';

/**
 * Rules and pairs under which tracks that an edit holds in one identity are put together first, also when they share a
 * frame, and tracks that edits keep apart never meet.
 */
export function holdEdits(
  track_ids: readonly string[],
  { homes, barred }: Constraints,
  rules: JoinRules,
  pairs: readonly ScoredPairs[],
): { rules: JoinRules; pairs: readonly ScoredPairs[] } {
  const near = track_ids.map((t) => homes.get(t)?.identity_id);
  const held = track_ids.map((t) => {
    const home = homes.get(t);
    return isHeld(home) ? home.identity_id : undefined;
  });
  const not = track_ids.map((t) => barred.get(t));
  if ([near, not].every((all) => all.every((one) => one === undefined))) return { rules, pairs };
  const one = (i: number, j: number) => held[i] !== undefined && held[i] === held[j];
  const shut = (i: number, j: number) => {
    const home = near[j];
    return home !== undefined && ((near[i] !== undefined && near[i] !== home) || (not[i]?.has(home) ?? false));
  };
  const { rules: together, pairs: all } = joinAtOnce(held, rules, pairs),
    { linear } = together;
  const isBound = (i: number) => near[i] !== undefined || not[i] !== undefined || (linear?.isBound(i) ?? false);
  return {
    rules: {
      ...together,
      ...(linear ? { linear: { ...linear, sure: held, isBound } } : {}),
      apart: (i, j) => !one(i, j) && (shut(i, j) || shut(j, i) || rules.apart(i, j)),
    },
    pairs: all,
  };
}

/** What edits say of the ids that clusters go on under. */
export function claimsOf({ homes, barred }: Constraints): Claims {
  return {
    claim(track_id, identity_id) {
      const home = homes.get(track_id);
      // One track that is held outweighs any number that only were there.
      return home?.identity_id === identity_id ? (isHeld(home) ? 1e9 : 1) : 0;
    },
    barred: (track_id, identity_id) => barred.get(track_id)?.has(identity_id) ?? false,
  };
}

/**
 * Identities with the tracks that edits hold in them: each in its home alone. Returns only those that change.
 * @param exists whether there is such a track (now)
 */
export function bringHome<Row extends { identity_id: string; track_ids: string[]; merged_into: string | null }>(
  rows: readonly Row[],
  { homes }: Constraints,
  exists: (track_id: string) => boolean,
): Row[] {
  if (homes.size === 0) return [];
  const live = new Set(rows.filter((r) => r.merged_into === null).map((r) => r.identity_id));
  const homeOf = (t: string) => {
    const home = homes.get(t);
    return isHeld(home) && live.has(home.identity_id) ? home.identity_id : undefined;
  };
  const belong = groupBy([...homes.keys()].filter(exists), homeOf);
  return rows.flatMap((row) => {
    const own = row.track_ids.filter((t) => (homeOf(t) ?? row.identity_id) === row.identity_id);
    const here = new Set(row.track_ids);
    const missing = (belong.get(row.identity_id) ?? []).filter((t) => !here.has(t));
    if (own.length === row.track_ids.length && missing.length === 0) return [];
    return [{ ...row, track_ids: [...own, ...missing] }];
  });
}
