/** How well clusters are people. */

export interface Agreement {
  precision: number;
  recall: number;
  f: number;
}

/**
 * BCubed precision, recall and F (Bagga & Baldwin 1998; Amigó et al. 2009): averaged over items, how much of an item's
 * cluster is its own person, and how much of its person is in its cluster.
 * @param clusters, people labels of the same items, in order
 */
export function bcubed(clusters: readonly string[], people: readonly string[]): Agreement {
  const { cluster, person, both } = counts(clusters, people);
  let precision = 0,
    recall = 0;
  for (const [key, n] of both) {
    const [c, p] = key.split('\0') as [string, string];
    precision += (n * n) / (cluster.get(c) as number);
    recall += (n * n) / (person.get(p) as number);
  }
  return agreement(precision / clusters.length, recall / clusters.length);
}

/** Pairs of items: how many put together belong together, and the reverse; `wrong` counts pairs wrongly merged. */
export function pairwise(clusters: readonly string[], people: readonly string[]): Agreement & { wrong: number } {
  const { cluster, person, both } = counts(clusters, people);
  const pairs = (m: Map<string, number>) => [...m.values()].reduce((s, n) => s + (n * (n - 1)) / 2, 0);
  const right = pairs(both),
    merged = pairs(cluster);
  return { ...agreement(right / Math.max(1, merged), right / Math.max(1, pairs(person))), wrong: merged - right };
}

function counts(clusters: readonly string[], people: readonly string[]) {
  const tally = (keys: readonly string[]) => {
    const m = new Map<string, number>();
    for (const k of keys) m.set(k, (m.get(k) ?? 0) + 1);
    return m;
  };
  return { cluster: tally(clusters), person: tally(people), both: tally(clusters.map((c, i) => `${c}\0${people[i]}`)) };
}

function agreement(precision: number, recall: number): Agreement {
  return { precision, recall, f: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}
