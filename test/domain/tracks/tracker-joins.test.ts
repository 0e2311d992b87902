import { describe, expect, it } from 'vitest';
import type { TrackDraft } from '../../../src/domain/tracks/open-track.js';
import { createTracker } from '../../../src/domain/tracks/tracker.js';
import type { Face } from '../../../src/domain/types.js';
import { face } from './tracked-face.js';

/** Samples of 0.2 s in one shot. */
function run(samples: (readonly Face[])[]): TrackDraft[] {
  const tracker = createTracker(5);
  return [...samples.flatMap((faces, k) => tracker.step(k * 0.2, 0, faces)), ...tracker.finish()];
}

describe('createTracker', () => {
  it('leaves a face to whoever was sure there, though a second detection of the head lies nearer', () => {
    const at = (y: number, options: Partial<Face> = {}) => face(0, { box: { x: 0, y, w: 40, h: 60 }, ...options });
    const hair = at(70, { score: 0.4, gated: 'low_score' });
    const tracks = run([[at(100)], [at(100)], [at(100), hair], [at(78)], [at(78)]]);
    expect(tracks.map((t) => t.samples.map(({ box }) => box.y))).toEqual([[100, 100, 100, 78, 78]]);
  });

  it('follows a blurred face that crosses the picture in steps longer than it is wide', () => {
    const crossing = (k: number) => face(k * 110, k === 3 ? { crop: new Uint8Array([1]) } : { gated: 'blurred' });
    const tracks = run([0, 1, 2, 3, 4, 5].map((k) => [face(900), crossing(k)]));
    expect(tracks.map((t) => t.samples.length)).toEqual([6, 6]);
    expect(tracks.find((t) => t.samples[0]?.box.x === 0)?.crops).toHaveLength(1);
  });

  it('does not make one track of faces that come up here and there', () => {
    const places = [0, 110, 300, 500, 760, 620];
    const tracks = run(places.map((x) => [face(x, { gated: 'blurred' })]));
    expect(tracks.every((t) => t.samples.length === 1)).toBe(true);
  });
});
