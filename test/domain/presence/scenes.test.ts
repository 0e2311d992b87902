/** Scenes, held against brute force on random intervals. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { total, union } from '../../../src/domain/intervals.js';
import { scenesOf } from '../../../src/domain/presence/scenes.js';

const intervals = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 })), { maxLength: 12 })
  .map((all) =>
    all.map(([start_s, length]) => ({ start_s, end_s: start_s + length })).sort((a, b) => a.start_s - b.start_s),
  );

it('hold every part once, and part from each other by more than the gap', () => {
  fc.assert(
    fc.property(intervals, fc.integer({ min: 0, max: 8 }), (parts, gap_s) => {
      const scenes = scenesOf(parts, gap_s);
      expect(scenes.flatMap((s) => s.parts)).toEqual(parts);
      // Second by second: a scene goes on where somebody was there within the gap before and will be within it after.
      const there = union(parts);
      for (const [k, scene] of scenes.entries()) {
        const { start_s, end_s } = scene;
        expect(start_s).toBe(Math.min(...scene.parts.map((p) => p.start_s)));
        expect(end_s).toBe(Math.max(...scene.parts.map((p) => p.end_s)));
        expect(scene.seconds).toBe(total(union(scene.parts)));
        const next = scenes[k + 1];
        if (next) expect(next.start_s - end_s).toBeGreaterThan(gap_s);
        for (let t = start_s; t < end_s; t++) {
          const before = Math.max(...there.filter((i) => i.start_s <= t).map((i) => Math.min(i.end_s, t)));
          const after = Math.min(...there.filter((i) => i.end_s > t).map((i) => Math.max(i.start_s, t)));
          expect(after - before).toBeLessThanOrEqual(gap_s);
        }
      }
    }),
  );
});

it('join what touches even without a gap, and nothing else', () => {
  const parts = [
    { start_s: 0, end_s: 1 },
    { start_s: 1, end_s: 2 },
    { start_s: 2.5, end_s: 3 },
  ];
  expect(scenesOf(parts, 0).map((s) => [s.start_s, s.end_s])).toEqual([
    [0, 2],
    [2.5, 3],
  ]);
  expect(scenesOf(parts, 0.5)).toHaveLength(1);
});
