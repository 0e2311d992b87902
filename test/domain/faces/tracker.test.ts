import { describe, expect, it } from 'vitest';
import { createTracker, TRACKING, type TrackDraft } from '../../../src/domain/faces/tracker.js';
import type { Face } from '../../../src/domain/types.js';

const P = { x: 0, y: 0 };
const face = (x: number, options: Partial<Face> = {}): Face => ({
  box: { x, y: 100, w: 40, h: 40 },
  landmarks: [P, P, P, P, P],
  score: 0.95,
  quality: 0.5,
  crop: new Uint8Array([x & 255]),
  ...options,
});

/** Runs samples of 0.2 s; each is the faces seen, with an optional shot number. */
function run(samples: (readonly Face[])[], shots: readonly number[] = []): TrackDraft[] {
  const tracker = createTracker(5);
  const ended = samples.flatMap((faces, k) => tracker.step(k * 0.2, shots[k] ?? 0, faces));
  return [...ended, ...tracker.finish()];
}

describe('createTracker', () => {
  it('keeps two people who stand still apart, and one track each', () => {
    const tracks = run(Array.from({ length: 10 }, () => [face(0), face(200)]));
    expect(tracks.map((t) => t.samples.length)).toEqual([10, 10]);
  });

  it('follows two people who walk past each other by their motion', () => {
    const tracks = run(Array.from({ length: 21 }, (_, k) => [face(k * 20), face(400 - k * 20 + 7)]));
    const ends = tracks
      .filter((t) => t.samples.length >= 10)
      .map((t) => [t.samples[0]?.box.x, t.samples.at(-1)?.box.x]);
    expect(ends).toContainEqual([0, 400]);
    expect(ends).toContainEqual([407, 7]);
  });

  it('cuts every track at a shot boundary even when the next face stands in the same place', () => {
    const tracks = run([[face(0)], [face(0)], [face(0)], [face(0)]], [0, 0, 1, 1]);
    expect(tracks.map((t) => [t.shot, t.samples.length])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it('bridges a gap shorter than its patience and ends at a longer one', () => {
    expect(run([[face(0)], [], [], [face(0)]])).toHaveLength(1);
    expect(run([[face(0)], [], [], [], [], [face(0)]])).toHaveLength(2);
  });

  it('lets weak detections prolong a track to either side, but make none of their own', () => {
    const { crop: _crop, ...weak } = face(0, { score: 0.4, gated: 'low_score' });
    expect(run([[weak], [weak], [weak]])).toHaveLength(0);
    expect(run([[weak], [weak], [face(0)], [weak]]).map((t) => t.samples.length)).toEqual([4]);
  });

  it('keeps a bounded number of crops, spread over the track, the best of each stretch', () => {
    const samples = Array.from({ length: 500 }, (_, k) => [face(0, { quality: k % 7 === 3 ? 0.9 : 0.3 })]);
    const crops = run(samples)[0]?.crops ?? [];
    expect(crops.length).toBeLessThanOrEqual(TRACKING.crops);
    expect(crops.length).toBeGreaterThan(TRACKING.crops / 2 - 1);
    expect(crops.every((c) => c.quality === 0.9)).toBe(true);
    // Of 100 s: from the first stretch and from the last.
    expect(crops[0]?.time_s).toBeLessThan(25);
    expect(crops.at(-1)?.time_s).toBeGreaterThan(75);
  });
});
