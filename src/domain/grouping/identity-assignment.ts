/** Keeps identity ids durable: which old id a new cluster goes on under. */

/** An identity as the library holds it. */
export interface HeldIdentity {
  identity_id: string;
  track_ids: readonly string[];
}

export interface Assignment {
  /** Every cluster under its id, new or kept. */
  clusters: { identity_id: string; track_ids: string[]; split_from: string | null }[];
  /** Old ids that are no more: all or most of their tracks went to another. */
  redirects: { identity_id: string; merged_into: string }[];
}

/** What edits say of which id a cluster goes on under. */
export interface Claims {
  /** How strongly a track wants its cluster to be that identity; 0 for not at all. */
  claim(track_id: string, identity_id: string): number;
  /** Whether a track's cluster may not be that identity. */
  barred(track_id: string, identity_id: string): boolean;
}

/**
 * Gives clusters of tracks the ids of the identities they go on from: the pair with most tracks in common first.
 * An identity whose tracks went to others redirects to the one that got most of them; a cluster whose tracks came
 * from an identity that went on elsewhere says `split_from`.
 * @param held identities before, disjoint; @param clusters tracks of each cluster now, disjoint
 * @param newId makes a fresh id; @param claims what edits say, which goes before what is in common
 */
export function assignIdentities(
  held: readonly HeldIdentity[],
  clusters: readonly (readonly string[])[],
  newId: () => string,
  claims?: Claims,
): Assignment {
  const owner = new Map(held.flatMap((h) => h.track_ids.map((t) => [t, h.identity_id] as const)));
  const inCommon = clusters
    .flatMap((tracks, k) => {
      const counts = new Map<string, number>();
      for (const t of tracks) {
        const o = owner.get(t);
        if (o) counts.set(o, (counts.get(o) ?? 0) + 1);
      }
      return [...counts].map(([id, n]) => ({
        k,
        id,
        n,
        claim: tracks.reduce((sum, t) => sum + (claims?.claim(t, id) ?? 0), 0),
        barred: tracks.some((t) => claims?.barred(t, id)),
      }));
    })
    // Sorting is stable: of equals the first cluster goes first.
    .sort((a, b) => b.claim - a.claim || b.n - a.n || (a.id < b.id ? -1 : Number(a.id > b.id)));
  const pairs = inCommon.filter((p) => !p.barred);
  const idOf = new Map<number, string>(),
    taken = new Set<string>();
  for (const { k, id } of pairs)
    if (!idOf.has(k) && !taken.has(id)) {
      idOf.set(k, id);
      taken.add(id);
    }

  const firstOf = new Map<number, string>(),
    bestOf = new Map<string, number>();
  for (const { k, id } of inCommon) if (!firstOf.has(k)) firstOf.set(k, id);
  for (const { k, id } of pairs) if (!bestOf.has(id)) bestOf.set(id, k);
  const result = clusters.map((tracks, k) => {
    const kept = idOf.get(k);
    const from = firstOf.get(k) ?? null;
    return { identity_id: kept ?? newId(), track_ids: [...tracks], split_from: kept ? null : from };
  });
  const redirects = held
    .filter((h) => !taken.has(h.identity_id))
    .flatMap((h) => {
      const best = bestOf.get(h.identity_id);
      const to = best === undefined ? undefined : result[best];
      return to ? [{ identity_id: h.identity_id, merged_into: to.identity_id }] : [];
    });
  return { clusters: result, redirects };
}
