/** A step that would make one person of a large part of the library is refused; others are not. */
import { describe, expect, it } from 'vitest';
import { agglomerate, components } from '../../../src/domain/grouping/clustering.js';
import { keepIdentities, massMerge } from '../../../src/domain/grouping/mass-merge.js';
import { finish } from '../../support/finish.js';
import { comparing, GroupedLibrary } from '../../support/libraries/grouping.js';
import { axis, scoring, SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

const using = comparing();

/** A look that has nothing of anybody in particular: masks, or a filter. */
const LOOK = axis(255);

/**
 * A library of people who each score 0.55 with that look and so 0.3 with one another, and of strangers. `masked` shows
 * nothing but the look.
 */
async function resembling(alike: number, strangers: number) {
  const cast = new SyntheticCast(11),
    library = new GroupedLibrary(using);
  const track = (person: string, vector: Float32Array, quality = 0.5) =>
    cast.track(person, `video-${person}`, { quality, vector });
  const close = Array.from({ length: alike }, (_, k) => track(`alike-${k}`, scoring(LOOK, 0.55, axis(k))));
  const far = Array.from({ length: strangers }, (_, k) => track(`stranger-${k}`, axis(100 + k)));
  await library.add([...close, ...far]);
  expect(library.live()).toHaveLength(alike + strangers);
  const masked = Array.from({ length: 60 }, (_, k) => track(`masked-${k}`, LOOK, 0.9));
  /** Somebody once more, at a score of 0.9. */
  const again = (whom: SyntheticTrack) => track(whom.person, scoring(whom.vector, 0.9, axis(250)), 0.9);
  return { library, close, far, masked, track, again };
}

describe('a step that would make one person of 30 of 60', () => {
  it('is refused: they stay as they are, and what is new is grouped', async () => {
    const { library, close, far, masked, track, again } = await resembling(30, 30);
    const before = new Map(library.live().map((row) => [row.identity_id, row.track_ids]));
    const newcomer = Array.from({ length: 3 }, () => track('newcomer', axis(240)));
    const [alike, stranger] = [close[7] ?? expect.unreachable(), far[7] ?? expect.unreachable()];
    const known = [again(alike), again(stranger)];
    const { refused, rows } = await library.add([...masked, ...newcomer, ...known]);

    expect(refused).toBe(30);
    expect(rows.filter((row) => row.merged_into !== null)).toEqual([]);
    const old = new Set([...before.values()].flat());
    for (const [id, tracks] of before)
      expect(library.rows.get(id)?.track_ids.filter((t) => old.has(t))).toEqual(tracks);
    // Who looks like half of the library is taken for none of them.
    expect(new Set(library.who(masked)).size).toBe(1);
    expect(before.has(library.who(masked)[0] ?? '')).toBe(false);
    expect(new Set(library.who(newcomer)).size).toBe(1);
    expect(library.who(known)).toEqual(library.who([alike, stranger]));
    expect(library.live()).toHaveLength(62);

    // The library goes on: one more video is an ordinary step.
    const next = await library.add([again(far[8] ?? expect.unreachable())]);
    expect(next.refused).toBe(0);
    expect(library.live()).toHaveLength(62);
  });
});

describe('a big merge is made', () => {
  it.each([
    ['of 10 in a library of 30', 10, 20],
    ['of 15 in a library of 80', 15, 65],
    ['of all 10 of a small library', 10, 0],
  ])('%s', async (_, alike, strangers) => {
    const { library, close, masked } = await resembling(alike, strangers);
    const { refused, rows } = await library.add(masked);
    expect(refused).toBe(0);
    expect(new Set(library.who([...close, ...masked])).size).toBe(1);
    expect(rows.filter((row) => row.merged_into !== null)).toHaveLength(alike - 1);
  });
});

it('counts those most of whose tracks would go into one', () => {
  const held = Array.from({ length: 12 }, (_, k) => ({ identity_id: `i${k}`, track_ids: [`${k}a`, `${k}b`, `${k}c`] }));
  const into = (people: number) => [
    held.slice(0, people).flatMap(({ track_ids }) => track_ids.slice(1)),
    ...held.map(({ track_ids }) => track_ids.slice(0, 1)),
  ];
  expect(massMerge(held, into(11), 12)).toBe(11);
  expect(massMerge(held, into(10), 12)).toBe(0);
  expect(massMerge(held, into(11), 55)).toBe(0);
  expect(massMerge(held, into(11), 54)).toBe(11);
  expect(
    massMerge(
      held,
      held.map(({ track_ids }) => track_ids),
      12,
    ),
  ).toBe(0);
});

it('keeps identities whole whose tracks are not alike, and apart from those they are like', () => {
  const { rules, pairs } = keepIdentities(
    ['a', undefined, 'b', 'a', undefined],
    { zero: () => 0.5, odds: () => 0, needed: () => 0, apart: () => false, weight: () => 1, most: () => 0 },
    [{ i: Int32Array.of(0, 2, 0), j: Int32Array.of(2, 4, 1), score: Float32Array.of(0.9, 0.8, 0.6) }],
  );
  expect(finish(components(5, pairs, rules))).toEqual([[0, 1, 2, 3, 4]]);
  const score = [
    [1, 0.6, 0.9, 0, 0.1],
    [0.6, 1, 0.1, 0.6, 0],
    [0.9, 0.1, 1, 0.9, 0.8],
    [0, 0.6, 0.9, 1, 0],
    [0.1, 0, 0.8, 0, 1],
  ];
  expect(finish(agglomerate([0, 1, 2, 3, 4], Float32Array.from(score.flat()), rules))).toEqual([
    [0, 1, 3],
    [2, 4],
  ]);
});
