/** Who comes with whom, held against every way to pair moments. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meetings, type Moment } from '../../../src/domain/presence/entrances-and-exits.js';

/** Moments of one person, more than `within` apart. */
const momentsOf = (who: number, within: number) =>
  fc
    .array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 })
    .map((gaps) =>
      gaps.reduce<Moment[]>((all, gap) => [...all, { who, at_s: (all.at(-1)?.at_s ?? -within) + within + gap }], []),
    );
const crowd = fc
  .integer({ min: 1, max: 6 })
  .chain((within) =>
    fc.tuple(
      fc.constant(within),
      momentsOf(0, within),
      momentsOf(1, within),
      momentsOf(2, within),
      fc.integer({ min: -9, max: 9 }),
    ),
  )
  // So that people's moments lie between one another's.
  .map(([within, a, b, c, shift]) => ({
    within,
    people: [a, b.map((m) => ({ ...m, at_s: m.at_s + shift })), c] as const,
  }));

/** The most pairs that can be made of two lists, by trying all. */
function mostPairs(a: readonly Moment[], b: readonly Moment[], within: number): number {
  const [first, ...rest] = a;
  if (!first) return 0;
  const with_ = b
    .filter((m) => Math.abs(m.at_s - first.at_s) <= within)
    .map(
      (m) =>
        1 +
        mostPairs(
          rest,
          b.filter((other) => other !== m),
          within,
        ),
    );
  return Math.max(mostPairs(rest, b, within), ...with_);
}

describe('meetings', () => {
  it('are as many as can be, each moment once, of every two', () => {
    fc.assert(
      fc.property(crowd, ({ within, people }) => {
        const all = people.flat();
        const found = meetings(all, within);
        for (const [a, b] of [
          [0, 1],
          [0, 2],
          [1, 2],
        ] as const) {
          const theirs = found.filter((m) => m.a === a && m.b === b);
          expect(theirs).toHaveLength(mostPairs(people[a], people[b], within));
          for (const m of theirs) {
            expect(m.end_s - m.start_s).toBeLessThanOrEqual(within);
            const ends = [m.start_s, m.end_s].join();
            const one = (who: 0 | 1 | 2, other: 0 | 1 | 2) =>
              people[who].some((x) => people[other].some((y) => [x.at_s, y.at_s].join() === ends));
            expect(one(a, b) || one(b, a)).toBe(true);
          }
        }
        expect(found).toHaveLength(new Set(found.map((m) => JSON.stringify(m))).size);
        expect(found.map((m) => m.end_s)).toEqual(found.map((m) => m.end_s).sort((p, q) => p - q));
      }),
    );
  });

  it('do not hang on the order in which moments are given', () => {
    fc.assert(
      fc.property(crowd, ({ within, people }) => {
        expect(meetings(people.flat().toReversed(), within)).toEqual(meetings(people.flat(), within));
      }),
    );
  });

  it('take in who is just so far away, and nobody further', () => {
    const at = (who: number, at_s: number) => ({ who, at_s });
    expect(meetings([at(0, 0), at(1, 2)], 2)).toEqual([{ a: 0, b: 1, start_s: 0, end_s: 2 }]);
    expect(meetings([at(0, 0), at(1, 2.001)], 2)).toEqual([]);
    expect(meetings([at(1, 4), at(0, 4)], 2)).toEqual([{ a: 0, b: 1, start_s: 4, end_s: 4 }]);
  });
});
