/** Which of very many groups of tracks may come to be one: those most alike anywhere, and in one place. */
import { at } from '../../domain/at.js';
import { normalisedScore } from '../../domain/scores/normalised-score.js';
import { dot } from '../../domain/vectors.js';
import { type GroupMeans, marginGrown } from '../../domain/grouping/group-means.js';
import type { JoinRules, LinearRules } from '../../domain/grouping/join-rules.js';
import type { VectorSet } from '../../domain/grouping/scored-pairs.js';
import type { Edges } from '../../domain/grouping/sparse-clustering.js';
import { breathe, breathing } from '../breathing.js';
import { type Comparing, rowsIn, type SharedRoom } from './comparing.js';
import { inTurns, NearGroups } from './near-groups.js';

/** Groups most alike that each is compared with, of the library and of each video. */
const NEAR = 16;
/** Groups of one video up to which all pairs are compared here and now. */
const FEW = 24;

/** Edges looked at between two breaks. */
const STRETCH = 1 << 14;

export type Rules = LinearRules & Pick<JoinRules, 'most'>;

/**
 * Pairs of groups that may come to be one by so much more than is needed: the most alike, anywhere and in a video.
 * Asked again it looks for those of groups that are new, and knows the others.
 */
export class Meetings {
  readonly #near: NearGroups;
  #groups: readonly GroupMeans[] = [];
  /** Of those, whom more than are looked at might be joined with. */
  #crowded = new Uint8Array(0);
  #anywhere: EdgeList;

  constructor(
    private readonly rules: Rules,
    private readonly room: SharedRoom,
    private readonly comparing: Comparing,
  ) {
    this.#near = new NearGroups(comparing);
    this.#anywhere = new EdgeList([], rules);
  }

  async edges(groups: readonly GroupMeans[], level: number): Promise<Edges[]> {
    const { rules, comparing } = this,
      { signal } = comparing;
    const all = this.room.hold(groups),
      before = this.#before(groups);
    const near = await this.#near.find(all, NEAR, before);
    const anywhere = this.#known(groups, before);
    this.#crowded = new Uint8Array(groups.length);
    for (let a = 0; a < groups.length; a++) {
      let might = 0;
      for (let k = a * near.k; k < (a + 1) * near.k && (near.at[k] ?? -1) >= 0; k++)
        if (anywhere.add(a, near.at[k] ?? 0, near.score[k] ?? 0, rules.oddsBetween)) might++;
      if (might === near.k) this.#crowded[a] = 1;
      if (a % STRETCH === 0) await breathe(signal);
    }
    this.#groups = groups;
    this.#anywhere = anywhere;
    return [anywhere.edges(level), await edgesWithin(groups, all, rules, level, comparing)];
  }

  /** Where each was when this was asked before: −1 of those that have grown since, and of those who were crowded. */
  #before(groups: readonly GroupMeans[]): Int32Array | undefined {
    if (this.#groups.length === 0) return undefined;
    const known = new Map(this.#groups.map((group, i) => [group, this.#crowded[i] === 1 ? -1 : i]));
    return Int32Array.from(groups, (group) => known.get(group) ?? -1);
  }

  /** Pairs that were found before of those that are as they were. */
  #known(groups: readonly GroupMeans[], before: Int32Array | undefined): EdgeList {
    const now = new Int32Array(this.#groups.length).fill(-1);
    for (const [row, was] of before?.entries() ?? []) if (was >= 0) now[was] = row;
    return this.#anywhere.among(groups, now);
  }
}

/**
 * Pairs of groups that are seen in one place, and may come to be one by so much more than is needed: who is seen there
 * is one person sooner.
 */
export async function edgesWithin(
  groups: readonly GroupMeans[],
  all: VectorSet,
  rules: Rules,
  level: number,
  comparing: Comparing,
): Promise<Edges> {
  const within = new EdgeList(groups, rules);
  await inTurns([...(await breathing(byPlace(groups, rules), comparing.signal))], async ([place, here]) => {
    const odds = rules.oddsIn(place);
    if (odds >= rules.oddsBetween) return;
    if (here.length <= FEW) {
      for (const [k, a] of here.entries())
        for (const b of here.slice(k + 1)) within.add(a, b, scoreOf(at(groups, a), at(groups, b)), odds);
      return;
    }
    await comparing.nearest(rowsIn(all, here), rowsIn(all, here), NEAR + 1, (found) => {
      for (const [r, a] of here.entries())
        for (let k = r * found.k; k < (r + 1) * found.k; k++)
          within.add(a, here[found.at[k] ?? 0] ?? a, found.score[k] ?? 0, odds);
    });
  });
  return within.edges(level);
}

/** The groups that are seen in each place, of those with two and more. */
function* byPlace(groups: readonly GroupMeans[], rules: Rules): Generator<void, Map<number, number[]>> {
  const places = new Map<number, number[]>();
  for (const [g, { members }] of groups.entries()) {
    for (const i of members) {
      const here = places.get(rules.place(i));
      if (!here) places.set(rules.place(i), [g]);
      else if (here.at(-1) !== g) here.push(g);
    }
    yield;
  }
  for (const [place, here] of places) if (here.length < 2) places.delete(place);
  return places;
}

function scoreOf(a: GroupMeans, b: GroupMeans): number {
  return normalisedScore(dot(a.centroid, b.centroid), a.excess, b.excess);
}

/** Grows by those edges that may come to join. */
class EdgeList {
  readonly #i: number[] = [];
  readonly #j: number[] = [];
  readonly #margin: number[] = [];
  #odds = NaN;
  #least = NaN;

  constructor(
    private readonly groups: readonly GroupMeans[],
    private readonly rules: Rules,
  ) {}

  /** @returns whether they may */
  add(a: number, b: number, score: number, odds: number): boolean {
    if (a === b || score < this.#leastAt(odds)) return false;
    const margin = marginGrown(score, at(this.groups, a), at(this.groups, b), this.rules, odds);
    if (margin < 0) return false;
    this.#push(a, b, margin);
    return true;
  }

  #push(a: number, b: number, margin: number): void {
    this.#i.push(Math.min(a, b));
    this.#j.push(Math.max(a, b));
    this.#margin.push(margin);
  }

  /** Below this no two might: the bar rises with the odds, and what is unread only adds to them. */
  #leastAt(odds: number): number {
    if (odds !== this.#odds) {
      this.#odds = odds;
      const { base, span, needed, most } = this.rules;
      this.#least = base + Math.min(0, span) + needed(odds, 1, 1) - most(odds);
    }
    return this.#least;
  }

  /** Those whose ends are among other groups as they were. @param now their numbers there, −1 where they are not */
  among(groups: readonly GroupMeans[], now: Int32Array): EdgeList {
    const kept = new EdgeList(groups, this.rules);
    for (const [k, margin] of this.#margin.entries()) {
      const a = now[this.#i[k] ?? -1] ?? -1,
        b = now[this.#j[k] ?? -1] ?? -1;
      if (a >= 0 && b >= 0) kept.#push(a, b, margin);
    }
    return kept;
  }

  /** @param least margin of those that are wanted */
  edges(least: number): Edges {
    const is = (_: number, k: number): boolean => (this.#margin[k] ?? -1) >= least;
    return { i: Int32Array.from(this.#i.filter(is)), j: Int32Array.from(this.#j.filter(is)) };
  }
}
