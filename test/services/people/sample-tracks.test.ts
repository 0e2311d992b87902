/** Of somebody with many tracks a sample stands for those of whom edits say the same. */
import { expect, it } from 'vitest';
import type { Home } from '../../../src/domain/edits/edits.js';
import { sampleTracks } from '../../../src/services/people/sample-tracks.js';

const tracks = Array.from({ length: 400 }, (_, k) => `track_${k}`);

it('takes all of somebody with few tracks, and of many a sample that the others follow', () => {
  expect(sampleTracks(tracks.slice(0, 64))).toEqual({ sample: tracks.slice(0, 64), followers: [] });
  const { sample, followers } = sampleTracks(tracks);
  expect(sample).toHaveLength(64);
  expect(followers).toHaveLength(1);
  expect([...sample, ...followers.flatMap((f) => f.track_ids)].sort()).toEqual(tracks.toSorted());
});

it('keeps apart of whom edits say different things: held, said of in passing, barred, and not said of', () => {
  const homes = new Map<string, Home>(
    tracks
      .slice(0, 200)
      .map((t, k) => [t, { identity_id: 'identity_a', strength: k < 100 ? 'kept' : 'near', edit_id: 'edit' }]),
  );
  const barred = new Map(tracks.slice(200, 300).map((t) => [t, new Map([['identity_b', 'edit']])]));
  const { sample, followers } = sampleTracks(tracks, { homes, barred });
  expect(sample).toHaveLength(4 * 64);
  const kindOf = (t: string) => Math.floor(tracks.indexOf(t) / 100);
  expect(followers).toHaveLength(4);
  for (const { of, track_ids } of followers) {
    expect(new Set([...of, ...track_ids].map(kindOf)).size).toBe(1);
    expect(of.length + track_ids.length).toBe(100);
  }
});
