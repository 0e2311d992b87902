import { describe, expect, it } from 'vitest';
import { coVisibleExcess } from '../../src/domain/co-visibility.js';

/** A unit vector at an angle whose cosine to the first axis is given. */
const at = (cosine: number) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine));
const track = (cosine: number, start_s: number, end_s: number, video_id = 'v', population_excess = 0) => ({ video_id, vector: at(cosine), presence: [{ start_s, end_s }], population_excess });
const excess = (...tracks: ReturnType<typeof track>[]) => [...coVisibleExcess(tracks, 0.3)].map((x) => Number(x.toFixed(3)));

describe('coVisibleExcess', () => {
  it('is what strangers on screen together score beyond the ordinary, for both', () => {
    expect(excess(track(1, 0, 5), track(0.45, 4, 8))).toEqual([0.25, 0.25]);
    expect(excess(track(1, 0, 5), track(0.1, 4, 8))).toEqual([0, 0]);
  });
  it('takes the most alike stranger', () => {
    expect(excess(track(1, 0, 5), track(0.3, 0, 5), track(0.5, 0, 5))[0]).toBe(0.3);
  });
  it('compares only who is surely there together: same video, more than a sampling step', () => {
    expect(excess(track(1, 0, 5), track(0.45, 4.8, 8))).toEqual([0, 0]);
    expect(excess(track(1, 0, 5), track(0.45, 0, 5, 'w'))).toEqual([0, 0]);
  });
  it('leaves out who may be the same person in a mirror', () => {
    expect(excess(track(1, 0, 5), track(0.9, 0, 5))).toEqual([0, 0]);
  });
  it('works on normalised scores', () => {
    expect(excess(track(1, 0, 5, 'v', 0.1), track(0.45, 0, 5, 'v', 0.1))).toEqual([0.15, 0.15]);
  });
});
