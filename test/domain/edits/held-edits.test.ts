// Grouping under edits: what is together, what is apart, who keeps which id and which tracks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agglomerate } from '../../../src/domain/grouping/clustering.js';
import type { JoinRules } from '../../../src/domain/grouping/join-rules.js';
import { isHeld, replayEdits } from '../../../src/domain/edits/edits.js';
import { bringHome, claimsOf, holdEdits } from '../../../src/domain/edits/held-edits.js';
import { assign, logOf, merge, name, reject, type Said, undo, was } from '../../support/libraries/edit-log.js';
import { finish } from '../../support/finish.js';

const said = (...log: Said[]) => replayEdits(logOf(...log));

/** By themselves, tracks 0 and 1 are kept apart. */
const rules: JoinRules = {
  zero: () => 0.3,
  odds: () => 0,
  needed: () => 0.1,
  most: () => 0,
  apart: (i, j) => i + j === 1,
  weight: () => 1,
};
const TRACKS = ['0', '1', '2', '3', '4', '5'];

describe('holdEdits', () => {
  /** Pairs of tracks that are kept apart, as "0-1", beyond those of the rules. */
  const apart = (edits: ReturnType<typeof said>) => {
    const held = holdEdits(TRACKS, edits, rules, []).rules;
    const pairs = TRACKS.flatMap((_, i) => TRACKS.slice(i + 1).map((_, k) => [i, i + 1 + k] as const));
    for (const [i, j] of pairs) expect(held.apart(i, j)).toBe(held.apart(j, i));
    return pairs.filter(([i, j]) => held.apart(i, j)).map(([i, j]) => `${i}-${j}`);
  };
  it('leaves rules and pairs alone where no edit speaks of these tracks', () => {
    for (const edits of [said(), said([assign('a', '9')], [reject('b', '8')])]) {
      const pairs = [{ i: Int32Array.of(2), j: Int32Array.of(3), score: Float32Array.of(0.7) }];
      const held = holdEdits(TRACKS, edits, rules, pairs);
      expect(held.rules).toBe(rules);
      expect(held.pairs).toBe(pairs);
    }
  });
  it('pairs the tracks that are held in one identity, and asks nothing of them', () => {
    const given = { i: Int32Array.of(2), j: Int32Array.of(3), score: Float32Array.of(0.7) };
    const edits = said([assign('a', '2', '5')], [name('b', 'Bea'), was('b', ['3', '4'])]);
    const { rules: held, pairs } = holdEdits(TRACKS, edits, rules, [given]);
    expect(pairs[0]).toBe(given);
    expect(pairs.slice(1).map((p) => [[...p.i], [...p.j]])).toEqual([[[2], [5]]]);
    expect(held.zero(2, 5)).toBeLessThan(-2);
    expect(held.zero(3, 4)).toBe(0.3);
    expect(held.zero(2, 3)).toBe(0.3);
  });
  it('holds tracks together that share a frame, when edits say they are one', () => {
    expect(apart(said([assign('a', '0', '1')]))).toEqual([]);
    expect(apart(said([assign('a', '0', '2')]))).toEqual(['0-1']);
    // Who only was there is no more together than before.
    expect(apart(said([name('a', 'Ada'), was('a', ['0', '1'])]))).toEqual(['0-1']);
  });
  it('keeps those apart who belong to two identities, also when they only were near', () => {
    const two = said([assign('a', '2'), was('a', ['3'])], [name('b', 'Bea'), was('b', ['4'])]);
    expect(apart(two)).toEqual(['0-1', '2-4', '3-4']);
  });
  it('keeps a rejected track from all who belong to that identity', () => {
    const edits = said([name('a', 'Ada'), was('a', ['2'])], [reject('a', '4'), was('a', ['3'])]);
    expect(apart(edits)).toEqual(['0-1', '2-4', '3-4']);
    expect(apart(said([reject('a', '4')]))).toEqual(['0-1']);
  });
  it('keeps a track where it is stated to be, though it was rejected from there before', () => {
    expect(apart(said([reject('a', '4')], [assign('a', '4', '5')]))).toEqual(['0-1']);
  });

  it('so that grouping does what edits say of any tracks', () => {
    const id = fc.constantFrom('a', 'b', 'c'),
      some = fc.uniqueArray(fc.constantFrom(...TRACKS), { minLength: 1, maxLength: 3 });
    const log = fc.array(
      fc.tuple(fc.boolean(), id, some).map(([yes, of, t]): Said => [yes ? assign(of, ...t) : reject(of, ...t)]),
      { maxLength: 6 },
    );
    const scores = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 });
    fc.assert(
      fc.property(log, scores, (edits, values) => {
        const constraints = said(...edits);
        const score = Float32Array.from(values, (_, k) => {
          const [i, j] = [Math.floor(k / 6), k % 6];
          return values[Math.min(i, j) * 6 + Math.max(i, j)] ?? 0;
        });
        const { rules: held } = holdEdits(TRACKS, constraints, rules, []);
        const groups = finish(agglomerate([...TRACKS.keys()], score, held)).map((g) => g.map(String));
        const homeOf = (t: string) => {
          const home = constraints.homes.get(t);
          return isHeld(home) ? home.identity_id : undefined;
        };
        for (const group of groups) {
          const in_it = new Set(group.flatMap((t) => homeOf(t) ?? []));
          expect(in_it.size).toBeLessThan(2);
          for (const t of group)
            for (const not of constraints.barred.get(t)?.keys() ?? [])
              if (homeOf(t) !== not) expect(in_it).not.toContain(not);
        }
        // Those who are held in one identity are in one group.
        for (const of of ['a', 'b', 'c']) {
          const own = TRACKS.filter((t) => homeOf(t) === of);
          expect(groups.filter((g) => g.some((t) => own.includes(t))).length).toBe(own.length > 0 ? 1 : 0);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('claimsOf', () => {
  const claims = claimsOf(
    said(
      [name('a', 'Ada'), was('a', ['1', '2'])],
      [assign('b', '3')],
      [reject('b', '4')],
      [merge('c', 'd'), was('d', ['5'])],
    ),
  );
  it('lets one track that is held outweigh any number that only were there', () => {
    expect(claims.claim('1', 'a')).toBe(1);
    expect(claims.claim('3', 'b')).toBeGreaterThan(1e6);
    expect(claims.claim('5', 'c')).toBe(claims.claim('3', 'b'));
  });
  it('claims nothing for other identities, nor for tracks that no edit speaks of', () => {
    expect([claims.claim('1', 'b'), claims.claim('3', 'a'), claims.claim('9', 'a')]).toEqual([0, 0, 0]);
  });
  it('bars a track from whom it was rejected from, and from nobody else', () => {
    expect(claims.barred('4', 'b')).toBe(true);
    expect([claims.barred('4', 'a'), claims.barred('3', 'b')]).toEqual([false, false]);
  });
});

describe('bringHome', () => {
  const row = (identity_id: string, track_ids: string[], merged_into: string | null = null) => ({
    identity_id,
    track_ids,
    merged_into,
    note: `about ${identity_id}`,
  });
  const all = () => true;
  it('moves a track that is held to its home, and gives only those that change', () => {
    const rows = [row('a', ['1']), row('b', ['2', '3']), row('c', ['4'])];
    expect(bringHome(rows, said([assign('a', '3'), was('a', ['1'])]), all)).toEqual([
      row('a', ['1', '3']),
      row('b', ['2']),
    ]);
    expect(bringHome(rows, said([assign('b', '3')]), all)).toEqual([]);
    expect(bringHome(rows, said(), all)).toEqual([]);
  });
  it('brings several home, from wherever they are or from nowhere', () => {
    const rows = [row('a', ['1']), row('b', ['2']), row('c', ['3'])];
    expect(bringHome(rows, said([assign('a', '2', '3', '4')]), all)).toEqual([
      row('a', ['1', '2', '3', '4']),
      row('b', []),
      row('c', []),
    ]);
  });
  it('leaves tracks where grouping put them that an edit only found near somebody', () => {
    expect(bringHome([row('a', []), row('b', ['1'])], said([name('a', 'Ada'), was('a', ['1'])]), all)).toEqual([]);
  });
  it('brings no track back that is no more', () => {
    const rows = [row('a', ['1']), row('b', [])];
    expect(bringHome(rows, said([assign('a', '1', '2', '3')]), (t) => t !== '2')).toEqual([row('a', ['1', '3'])]);
  });
  it('brings nothing to an identity that is merged away or not there', () => {
    const rows = [row('a', ['1']), row('b', [], 'a')];
    expect(bringHome(rows, said([assign('b', '1')], [assign('gone', '1')]), all)).toEqual([]);
    expect(bringHome(rows, said([assign('b', '1')]), all)).toEqual([]);
  });
  it('has nothing to bring once the edit is undone', () => {
    expect(bringHome([row('a', []), row('b', ['1'])], said([assign('a', '1')], [undo('e1')]), all)).toEqual([]);
  });
});
