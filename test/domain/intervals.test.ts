// Sets of intervals, by hand and against sets of seconds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, covering, grow, intersect, total, union } from '../../src/domain/intervals.js';
import type { Interval } from '../../src/domain/types.js';

const i = (start_s: number, end_s: number) => ({ start_s, end_s });

describe('intervals', () => {
  it('unites, bridging short gaps only', () => {
    expect(union([i(5, 6), i(0, 1), i(1.5, 2)], 0.5)).toEqual([i(0, 2), i(5, 6)]);
    expect(union([i(0, 1), i(1.5, 2)], 0.4)).toEqual([i(0, 1), i(1.5, 2)]);
    expect(union([i(3, 3)])).toEqual([]);
  });
  it('intersects, grows, clips, adds up', () => {
    expect(intersect([i(0, 4), i(6, 9)], [i(3, 7)])).toEqual([i(3, 4), i(6, 7)]);
    expect(grow([i(1, 2), i(3, 4)], 0.5)).toEqual([i(0.5, 4.5)]);
    expect(clip([i(0, 10)], i(2, 3))).toEqual([i(2, 3)]);
    expect(total([i(0, 1), i(2, 4)])).toBe(3);
  });
  it('does not change what it is given, nor lets a long interval be ended by a short one', () => {
    const given = [i(0, 9), i(1, 2)];
    expect(union(given)).toEqual([i(0, 9)]);
    expect(given).toEqual([i(0, 9), i(1, 2)]);
    expect(union([i(0, 1), i(1, 2)])).toEqual([i(0, 2)]);
    expect(clip([i(5, 6), i(1, 3), i(2, 4)], i(2, 5.5))).toEqual([i(2, 4), i(5, 5.5)]);
    // What only touches has nothing in common.
    expect(intersect([i(0, 1)], [i(1, 2)])).toEqual([]);
  });

  describe('of whole seconds', () => {
    const some = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 6 })), { maxLength: 8 })
      .map((list) => list.map(([start, length]) => i(start, start + length)));
    const seconds = Array.from({ length: 40 }, (_, s) => s);
    const holds = (set: readonly Interval[], s: number) => set.some((x) => x.start_s <= s && s < x.end_s);
    const isUnion = (set: readonly Interval[]) =>
      set.every((x, k) => x.end_s > x.start_s && x.start_s > (set[k - 1]?.end_s ?? -Infinity));

    it('unite to the seconds in any', () => {
      fc.assert(
        fc.property(some, (a) => {
          const all = union(a);
          expect(isUnion(all)).toBe(true);
          expect(seconds.map((s) => holds(all, s))).toEqual(seconds.map((s) => holds(a, s)));
          expect(total(all)).toBe(seconds.filter((s) => holds(a, s)).length);
        }),
      );
    });
    it('intersect in the seconds in both', () => {
      fc.assert(
        fc.property(some, some, (a, b) => {
          const both = intersect(union(a), union(b));
          expect(seconds.map((s) => holds(both, s))).toEqual(seconds.map((s) => holds(a, s) && holds(b, s)));
        }),
      );
    });
  });
});

it('finds what a moment is in, of two that touch the later one', () => {
  const spans = [
    { start_s: 0, end_s: 1 },
    { start_s: 1, end_s: 2 },
    { start_s: 0.5, end_s: 3 },
  ];
  expect(covering(spans, 1)).toEqual([spans[1], spans[2]]);
  expect(covering(spans, 0)).toEqual([spans[0]]);
  expect(covering(spans, 3)).toEqual([]);
  // Answers tell 0.5004 as 0.500, and 2.9996 as 3.000.
  const told = { start_s: 0.5004, end_s: 2.9996 };
  expect([0.499, 0.5, 2.9997, 3].map((at_s) => covering([told], at_s).length)).toEqual([0, 1, 0, 0]);
});
