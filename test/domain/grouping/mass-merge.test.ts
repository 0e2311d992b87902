// Which steps of grouping are refused, and what keeps identities as they are then.
import { describe, expect, it } from 'vitest';
import { agglomerate, components } from '../../../src/domain/grouping/clustering.js';
import type { JoinRules } from '../../../src/domain/grouping/join-rules.js';
import { keepIdentities, massMerge } from '../../../src/domain/grouping/mass-merge.js';
import { finish } from '../../support/finish.js';

/** So many identities of one track each: a0, a1, … */
const held = (count: number, name = 'a') =>
  Array.from({ length: count }, (_, k) => ({ identity_id: `${name}${k}`, track_ids: [`${name}${k}`] }));
const tracksOf = (identities: ReturnType<typeof held>) => identities.flatMap((h) => h.track_ids);

describe('massMerge', () => {
  it('refuses to make one of more than ten people where they are more than a fifth of all', () => {
    const merged = (people: number, live: number) => massMerge(held(people), [tracksOf(held(people))], live);
    expect(merged(11, 11)).toBe(11);
    expect(merged(10, 10)).toBe(0);
    expect(merged(20, 100)).toBe(0);
    expect(merged(21, 100)).toBe(21);
    expect(merged(11, 100)).toBe(0);
  });
  it('does not mind many that stay as they are, or that merge by twos', () => {
    const all = held(40);
    const tracks = tracksOf(all);
    expect(
      massMerge(
        all,
        tracks.map((t) => [t]),
        40,
      ),
    ).toBe(0);
    expect(
      massMerge(
        all,
        Array.from({ length: 20 }, (_, k) => tracks.slice(2 * k, 2 * k + 2)),
        40,
      ),
    ).toBe(0);
    expect(massMerge([], [], 0)).toBe(0);
  });
  it('counts the largest of several merges', () => {
    const [a, b] = [held(12, 'a'), held(15, 'b')];
    expect(massMerge([...a, ...b], [tracksOf(a), tracksOf(b)], 27)).toBe(15);
    expect(massMerge([...b, ...a], [tracksOf(b), tracksOf(a)], 27)).toBe(15);
  });
  it('counts an identity where most of its tracks are', () => {
    const three = Array.from({ length: 12 }, (_, k) => ({
      identity_id: `i${k}`,
      track_ids: [`${k}.0`, `${k}.1`, `${k}.2`],
    }));
    const own = three.map((h) => h.track_ids.slice(1)),
      common = three.map((h) => h.track_ids[0] ?? '');
    expect(massMerge(three, [common, ...own], 12)).toBe(0);
    const most = three.flatMap((h) => h.track_ids.slice(1)),
      rest = common.map((t) => [t]);
    expect(massMerge(three, [...rest, most], 12)).toBe(12);
    expect(massMerge(three, [most, ...rest], 12)).toBe(12);
  });
  it('passes over tracks that are in no cluster', () => {
    expect(massMerge(held(30), [['other']], 30)).toBe(0);
  });
});

describe('keepIdentities', () => {
  const rules: JoinRules = {
    zero: () => 0.3,
    odds: () => 0,
    needed: () => 0.1,
    most: () => 0,
    apart: (a, b) => a + b === 9,
    weight: () => 1,
  };
  const owners = ['x', 'y', undefined, 'x', undefined, 'x', 'y'];

  it('pairs each track of an identity with the one before it, beside the pairs there are', () => {
    const given = { i: Int32Array.of(2), j: Int32Array.of(4), score: Float32Array.of(0.7) };
    const { pairs } = keepIdentities(owners, rules, [given]);
    expect(pairs[0]).toBe(given);
    expect([[...(pairs[1]?.i ?? [])], [...(pairs[1]?.j ?? [])], [...(pairs[1]?.score ?? [])]]).toEqual([
      [0, 3, 1],
      [3, 5, 6],
      [0, 0, 0],
    ]);
  });
  it('keeps two identities apart, and otherwise whom the rules keep apart', () => {
    const kept = keepIdentities(owners, rules, []).rules;
    expect(kept.apart(0, 1)).toBe(true);
    expect(kept.apart(0, 3)).toBe(false);
    expect(kept.apart(0, 2)).toBe(false);
    expect(kept.apart(2, 4)).toBe(false);
    expect(kept.apart(4, 5)).toBe(true);
    expect(kept.apart(3, 6)).toBe(true);
  });
  it('asks nothing of tracks of one identity, and of all others what the rules ask', () => {
    const kept = keepIdentities(owners, rules, []).rules;
    expect(kept.zero(0, 3)).toBeLessThan(-2);
    expect(kept.zero(0, 1)).toBe(0.3);
    // Two tracks without one are not of one identity.
    expect(kept.zero(2, 4)).toBe(0.3);
    expect(kept.weight).toBe(rules.weight);
  });
  it('so that grouping gives the same identities, and joins what is new', () => {
    // All score 0.9 with one another, but the x among themselves.
    const score = (i: number, j: number) => (owners[i] === 'x' && owners[j] === 'x' ? -0.5 : 0.9);
    const members = [...owners.keys()],
      list = members.flatMap((i) => members.filter((j) => j > i).map((j) => [i, j] as const));
    const { rules: kept, pairs } = keepIdentities(owners, { ...rules, apart: () => false }, [
      {
        i: Int32Array.from(list, ([i]) => i),
        j: Int32Array.from(list, ([, j]) => j),
        score: Float32Array.from(list, ([i, j]) => score(i, j)),
      },
    ]);
    expect(finish(components(owners.length, pairs, kept))).toEqual([members]);
    const groups = finish(
      agglomerate(members, Float32Array.from(members.flatMap((i) => members.map((j) => score(i, j)))), kept),
    );
    const of = (i: number) => groups.find((g) => g.includes(i));
    expect(of(0)).toEqual(expect.arrayContaining([0, 3, 5]));
    expect(of(1)).toEqual(expect.arrayContaining([1, 6]));
    expect(of(0)).not.toContain(1);
    expect(groups).toHaveLength(2);
  });
});
