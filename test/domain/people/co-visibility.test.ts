import { describe, expect, it } from 'vitest';
import { coVisibleExcess } from '../../../src/domain/people/co-visibility.js';

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
