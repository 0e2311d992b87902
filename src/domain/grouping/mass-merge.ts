/** Guards what a library knows against a step of grouping that goes wrong. */
import type { JoinRules } from './join-rules.js';
import type { HeldIdentity } from './identity-assignment.js';
import type { ScoredPairs } from './scored-pairs.js';

/**
 * A step that would make one identity out of more than `people` of those the library holds, and out of more than
 * `share` of all it holds, is refused. A merge is believed and can't be taken back, and footage that makes everybody
 * look alike (masks, a filter, a broken decoder) could bring many. Mending somebody who was in several pieces joins a
 * handful, and a library of a few people is soon looked through: both go on.
 */
export const MASS_MERGE = { people: 10, share: 0.2 } as const;

/**
 * How many identities the step would make one: of those held, the ones most of whose tracks would lie in one cluster.
 * @param held identities that the step touches; @param clusters tracks of each cluster after it; @param live how many
 * identities the library holds
 * @returns 0 when that is few enough for the step to be taken
 */
export function massMerge(
  held: readonly HeldIdentity[],
  clusters: readonly (readonly string[])[],
  live: number,
): number {
  const clusterOf = new Map(clusters.flatMap((tracks, k) => tracks.map((t) => [t, k] as const)));
  const into = new Map<number, number>();
  for (const { track_ids } of held) {
    const counts = new Map<number, number>();
    for (const t of track_ids) {
      const k = clusterOf.get(t);
      if (k !== undefined) counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    if (most) into.set(most[0], (into.get(most[0]) ?? 0) + 1);
  }
  const people = [...into.values()].reduce((a, b) => Math.max(a, b), 0);
  return people > Math.max(MASS_MERGE.people, MASS_MERGE.share * live) ? people : 0;
}

/** So low that what it stands for is joined before anything else. */
const AT_ONCE = -10;

/**
 * Rules and pairs under which identities stay as they are: each is put together first, and no two of them meet.
 * @param owners identity of each track, undefined for one that has none
 */
export function keepIdentities(
  owners: readonly (string | undefined)[],
  rules: JoinRules,
  pairs: readonly ScoredPairs[],
): { rules: JoinRules; pairs: ScoredPairs[] } {
  const { rules: together, pairs: all } = joinAtOnce(owners, rules, pairs),
    { linear } = together;
  const isBound = (i: number) => owners[i] !== undefined || (linear?.isBound(i) ?? false);
  return {
    rules: {
      ...together,
      ...(linear ? { linear: { ...linear, sure: null, isBound } } : {}),
      apart: (a, b) =>
        (owners[a] !== undefined && owners[b] !== undefined && owners[a] !== owners[b]) || rules.apart(a, b),
    },
    pairs: all,
  };
}

/** Rules and pairs under which tracks of one owner are put together before anything else, unless kept apart. */
export function joinAtOnce(
  owners: readonly (string | undefined)[],
  rules: JoinRules,
  pairs: readonly ScoredPairs[],
): { rules: JoinRules; pairs: ScoredPairs[] } {
  // Tracks of one identity need not be alike enough to be among the pairs: each is paired with the one before it.
  const before = new Map<string, number>();
  const i: number[] = [],
    j: number[] = [];
  owners.forEach((owner, k) => {
    if (owner === undefined) return;
    const last = before.get(owner);
    if (last !== undefined) {
      i.push(last);
      j.push(k);
    }
    before.set(owner, k);
  });
  const one = (a: number, b: number) => owners[a] !== undefined && owners[a] === owners[b];
  return {
    rules: {
      ...rules,
      zero: (a, b) => (one(a, b) ? AT_ONCE : rules.zero(a, b)),
      ...(rules.linear ? { linear: { ...rules.linear, atOnce: [...rules.linear.atOnce, owners] } } : {}),
    },
    pairs: [...pairs, { i: Int32Array.from(i), j: Int32Array.from(j), score: new Float32Array(i.length) }],
  };
}
