/** Which new tracks go on from which earlier ones, and which of them an edit then means. */
import { expect, it } from 'vitest';
import { successorsOf } from '../../../src/services/indexing/track-successors.js';
import type { StagedTrack } from '../../../src/store/api.js';

const box = { x: 100, y: 100, w: 80, h: 80 };
const track = (track_id: string, start_s: number, end_s: number): StagedTrack => ({
  track_id,
  video_id: 'video',
  vector: Float32Array.of(1, 0),
  population_excess: 0,
  quality: 1,
  presence: [{ start_s, end_s }],
  places: [start_s, end_s].map((time_s) => ({ time_s, box })),
});
const placesOf = (tracks: readonly StagedTrack[]) => new Map(tracks.map((t) => [t.track_id, t.places ?? []]));
/** Two moments that key frames showed, and the face watched whole. */
const glanced = [track('early', 0, 1), track('late', 3, 6)];
const whole = [track('whole', 0, 7)];

it('one new track in the place of two of a person goes on from the longer, and edits of either mean it', () => {
  const owner = new Map(glanced.map((t) => [t.track_id, 'anna']));
  const { heirs, meant, alike } = successorsOf(glanced, new Map(), whole, placesOf(glanced), owner);
  expect(Object.fromEntries(heirs)).toEqual({ early: [], late: ['whole'] });
  expect(Object.fromEntries(meant)).toEqual({ early: ['whole'], late: ['whole'] });
  expect(Object.fromEntries(alike)).toEqual({ early: ['whole'], late: ['whole'] });
});

it('what was said of somebody else in that place is not said of them', () => {
  const owner = new Map([
    ['early', 'berta'],
    ['late', 'anna'],
  ]);
  const { meant } = successorsOf(glanced, new Map(), whole, placesOf(glanced), owner);
  expect(Object.fromEntries(meant)).toEqual({ early: [], late: ['whole'] });
});

it('without places, a short look at a face goes on in a long one', () => {
  const { heirs } = successorsOf([track('early', 0, 1)], new Map(), whole, new Map(), new Map());
  expect(heirs.get('early')).toEqual(['whole']);
});
