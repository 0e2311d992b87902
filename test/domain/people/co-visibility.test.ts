import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areTogether,
  coVisibleExcess,
  coVisiblePairs,
  indicesByVideo,
  type OnScreen,
  seenTogether,
} from '../../../src/domain/people/co-visibility.js';
import { union } from '../../../src/domain/intervals.js';

/** A unit vector at an angle whose cosine to the first axis is given. */
const at = (cosine: number) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine));
const track = (cosine: number, start_s: number, end_s: number, video_id = 'v', population_excess = 0) => ({
  video_id,
  vector: at(cosine),
  presence: [{ start_s, end_s }],
  population_excess,
});
const excess = (...tracks: ReturnType<typeof track>[]) =>
  [...coVisibleExcess(tracks, 0.3)].map((x) => Number(x.toFixed(3)));

describe('coVisibleExcess', () => {
  it('is what strangers on screen together score beyond the ordinary: their median, more of it the more there are', () => {
    const crowd = [0.4, 0.44, 0.5, 0.3].map((c) => track(c, 0, 5));
    expect(excess(track(1, 0, 5), ...crowd.slice(0, 3))[0]).toBeCloseTo((0.44 - 0.15) * (2 / 3), 2);
    expect(excess(track(1, 0, 5), ...crowd)[0]).toBeCloseTo((0.4 - 0.15) * (3 / 4), 2);
    expect(excess(track(1, 0, 5), track(0.1, 0, 5), track(0.05, 0, 5))[0]).toBe(0);
  });
  it('does not hold one lookalike against a track', () => {
    expect(excess(track(1, 0, 5), track(0.5, 0, 5))).toEqual([0, 0]);
    expect(excess(track(1, 0, 5), track(0.5, 0, 5), track(0.05, 0, 5))[0]).toBe(0);
  });
  it('compares only who is surely there together: same video, more than a sampling step', () => {
    const alike = [track(0.4, 0, 5), track(0.4, 0, 5)];
    expect(excess(track(1, 0, 5), ...alike)[0]).toBeGreaterThan(0.1);
    expect(excess(track(1, 4.8, 9), ...alike)[0]).toBe(0);
    expect(excess(track(1, 0, 5, 'w'), ...alike)[0]).toBe(0);
  });
  it('leaves out who may be the same person in a mirror', () => {
    expect(excess(track(1, 0, 5), track(0.9, 0, 5), track(0.9, 0, 5))[0]).toBe(0);
  });
  it('works on normalised scores', () => {
    expect(excess(track(1, 0, 5, 'v', 0.1), track(0.4, 0, 5, 'v', 0.1), track(0.4, 0, 5, 'v', 0.1))[0]).toBeCloseTo(
      (0.3 - 0.15) / 2,
      3,
    );
  });
});

describe('who is on screen together', () => {
  const on = (video_id: string, ...spans: [number, number][]): OnScreen => ({
    video_id,
    presence: spans.map(([start_s, end_s]) => ({ start_s, end_s })),
  });
  it('is so for more than a sampling step, all moments together, in one video', () => {
    const a = on('v', [0, 2], [4, 6]);
    expect(areTogether(a, on('v', [1.75, 3], [5.75, 9]), 0.4)).toBe(true);
    expect(areTogether(a, on('v', [1.75, 3], [5.75, 9]), 0.5)).toBe(false);
    expect(areTogether(a, on('w', [0, 6]), 0.4)).toBe(false);
  });
  it('is so of two people when any of their tracks are, for more than half a second in a video', () => {
    const ada = [on('u', [0, 9]), on('v', [0, 2]), on('v', [4, 6])];
    expect(seenTogether(ada, [on('w', [0, 9]), on('v', [1.5, 4.5])])).toBe(true);
    expect(seenTogether(ada, [on('v', [1.5, 3])])).toBe(false);
    expect(seenTogether(ada, [on('v', [1.25, 3])])).toBe(true);
    expect(seenTogether(ada, [on('w', [0, 9])])).toBe(false);
    // Two tracks at one moment count once, and what is shared in two videos does not add up.
    expect(seenTogether(ada, [on('v', [1.75, 3]), on('v', [1.75, 3])])).toBe(false);
    expect(seenTogether(ada, [on('u', [8.75, 10]), on('v', [1.75, 3])])).toBe(false);
    expect(seenTogether(ada, [])).toBe(false);
  });
  it('is listed by video, in order', () => {
    expect([...indicesByVideo([on('v'), on('w'), on('v')])]).toEqual([
      ['v', [0, 2]],
      ['w', [1]],
    ]);
  });
  it('is found by a sweep as by looking at every pair', () => {
    const tracks = fc.array(
      fc
        .tuple(
          fc.constantFrom('v', 'w'),
          fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 8 })), { maxLength: 3 }),
        )
        .map(
          ([video, spans]): OnScreen => ({
            video_id: video,
            presence: union(spans.map(([start_s, length]) => ({ start_s, end_s: start_s + length }))),
          }),
        ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(tracks, fc.integer({ min: 0, max: 3 }), (all, overlap_s) => {
        const key = (i: number, j: number) => `${Math.min(i, j)}-${Math.max(i, j)}`;
        const swept = [...coVisiblePairs(all, overlap_s)];
        const plain = all.flatMap((a, i) =>
          all.flatMap((b, j) => (j > i && areTogether(a, b, overlap_s) ? [key(i, j)] : [])),
        );
        expect(swept.map(([i, j]) => key(i, j)).sort()).toEqual(plain.sort());
        // By the start of the first, within a video.
        const starts = swept.map(([i]) => [all[i]?.video_id ?? '', all[i]?.presence[0]?.start_s ?? NaN] as const);
        starts.forEach(([video, start], k) => {
          const before = starts[k - 1];
          if (before && before[0] === video) expect(start).toBeGreaterThanOrEqual(before[1]);
        });
        for (const [i, j] of swept)
          expect(all[i]?.presence[0]?.start_s).toBeLessThanOrEqual(all[j]?.presence[0]?.start_s ?? NaN);
      }),
    );
  });
});
