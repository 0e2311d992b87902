/** Somebody who knows the truth answers one question after the other about a grouping. */
import {
  LEAST_CHANCE,
  leastToAsk,
  mergeQuestion,
  type Profile,
  profileOf,
  splitQuestion,
} from '../../../src/domain/people/suggestions.js';
import type { JoinEvidence } from '../../../src/domain/grouping/join-evidence.js';
import { seenTogether } from '../../../src/domain/people/co-visibility.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { type Comparer, type GroupedTrack, vectorSet } from '../../../src/services/grouping/group-tracks.js';
import { bcubed } from '../../measures/bcubed.js';
import { toTheEnd } from '../../measures/to-the-end.js';

/** The best question, or one of all candidates at random. */
export type Choice = { by: 'gain' } | { by: 'chance'; seed: number };

export interface Asked {
  /** BCubed F after each number of answers. */
  f: number[];
  yes: number;
  /** Of those, splits. */
  splits: number;
  /** Answers that there were questions for, up to the most that were asked for. */
  answered: number;
  /** Questions at the beginning. */
  candidates: number;
}

interface Group {
  members: number[];
  profile: Profile;
  split: { gain: number; part: number[] } | null;
}

interface Candidate {
  key: string;
  /** Groups. */
  about: string[];
  gain: number;
  /** Whether the truth is yes, and what is done then. */
  isTrue(): boolean;
  take(): void;
}

/**
 * BCubed F after each number of answers. Answers change the groups they are about; nothing is grouped anew.
 * @param clusters of each track, as grouping made them; @param labels who each shows
 */
export async function askQuestions(
  tracks: readonly GroupedTrack[],
  clusters: readonly string[],
  labels: readonly string[],
  evidence: JoinEvidence,
  compare: Comparer,
  choice: Choice,
  after: readonly number[],
): Promise<Asked> {
  const now = [...clusters];
  const groups = new Map<string, Group>();
  const at = (i: number): GroupedTrack => {
    const t = tracks[i];
    if (!t) throw new Error('no such track');
    return t;
  };
  const put = (id: string, members: number[]): void => {
    const faces = members.map(at);
    const split = toTheEnd(splitQuestion(faces, evidence));
    groups.set(id, { members, profile: profileOf(faces), split: split && split.chance >= LEAST_CHANCE ? split : null });
    for (const m of members) now[m] = id;
  };
  const byCluster = new Map<string, number[]>();
  clusters.forEach((c, i) => byCluster.set(c, [...(byCluster.get(c) ?? []), i]));
  for (const [id, members] of byCluster) put(id, members);
  const set = vectorSet(tracks);
  const pairs = await compare.similarPairs(set, set, leastToAsk(groups.size, evidence));
  const settled = new Set<string>();
  const random = choice.by === 'chance' ? seededRandom(choice.seed) : null;
  const near: number[][] = tracks.map(() => []);
  for (let k = 0; k < pairs.score.length; k++) {
    const [x, y] = [pairs.i[k] ?? 0, pairs.j[k] ?? 0];
    near[x]?.push(y);
    near[y]?.push(x);
  }
  const candidates = new Map<string, Candidate>();
  let fresh = 0,
    yes = 0,
    splits = 0,
    answered = 0;
  for (const id of [...groups.keys()]) open(id);
  const offered = candidates.size;
  const f: number[] = [];
  const most = Math.max(...after);
  for (let n = 1; n <= most; n++) {
    const all = [...candidates.values()].sort((a, b) => b.gain - a.gain || (a.key < b.key ? -1 : 1));
    const one = all[random ? Math.floor(random() * all.length) : 0];
    if (one) {
      answered++;
      settled.add(one.key);
      candidates.delete(one.key);
      if (one.isTrue()) {
        one.take();
        yes++;
        if (one.about.length === 1) splits++;
      }
    }
    if (after.includes(n)) f.push(bcubed(now, labels).f);
  }
  return { f, yes, splits, answered, candidates: offered };

  /** What may be asked about a group that is new: whether it is one with another, or two itself. */
  function open(id: string): void {
    const own = groups.get(id);
    if (!own) return;
    const others = new Set(own.members.flatMap((m) => near[m] ?? []).flatMap((m) => now[m] ?? []));
    others.delete(id);
    for (const other of others) {
      const b = groups.get(other),
        key = [id, other].sort().join(' ');
      if (!b || settled.has(key)) continue;
      const { chance, gain } = mergeQuestion(own.profile, b.profile, groups.size, evidence);
      if (chance < LEAST_CHANCE || seenTogether(own.members.map(at), b.members.map(at))) continue;
      candidates.set(key, {
        key,
        about: [id, other],
        gain,
        isTrue: () => person(own.members) === person(b.members),
        take: () => {
          close(id);
          close(other);
          put(`merged ${fresh}`, [...own.members, ...b.members]);
          open(`merged ${fresh++}`);
        },
      });
    }
    const { split, members } = own;
    if (!split) return;
    const part = split.part.flatMap((k) => members[k] ?? []),
      rest = members.filter((m) => !part.includes(m));
    candidates.set(`split ${id}`, {
      key: `split ${id}`,
      about: [id],
      gain: split.gain,
      isTrue: () => person(part) !== person(rest),
      take: () => {
        close(id);
        const [one, other] = [`part ${fresh++}`, `part ${fresh++}`];
        settled.add([one, other].sort().join(' '));
        put(one, part);
        put(other, rest);
        open(one);
        open(other);
      },
    });
  }

  function close(id: string): void {
    groups.delete(id);
    for (const [key, { about }] of candidates) if (about.includes(id)) candidates.delete(key);
  }

  /** Whom most of them show. */
  function person(members: readonly number[]): string | undefined {
    const counts = new Map<string, number>();
    for (const m of members) counts.set(labels[m] ?? '', (counts.get(labels[m] ?? '') ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
  }
}
