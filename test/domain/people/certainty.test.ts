/** How sure it is that one identity is one person, by how alike its tracks are. */
import { expect, it } from 'vitest';
import { certaintyOf } from '../../../src/domain/people/certainty.js';
import { cohesionOf, type ComparedTrack } from '../../../src/domain/people/like-others.js';
import { SHIPPED } from '../../support/libraries/shipped-calibration.js';

const calibration = { ...SHIPPED, calibration_id: null, decides: null };

/** Tracks of somebody: cosine 0.64 with each other, `alike` with those of whoever is at another place. */
function person(at: number, tracks: number, alike = 0): ComparedTrack[] {
  return Array.from({ length: tracks }, (_, k) => {
    const vector = new Float32Array(40);
    vector[0] = Math.sqrt(alike);
    vector[1 + at] = Math.sqrt(0.64 - alike);
    vector[10 + 10 * at + k] = 0.6;
    return { track_id: `track_${at}_${k}`, vector, population_excess: 0 };
  });
}
const told = (...tracks: ComparedTrack[]) => certaintyOf(cohesionOf(tracks), calibration);

it('is sure of one, and has nothing to say of a single track', () => {
  expect(told(...person(0, 4))).toEqual({
    ...{ score: expect.closeTo(0.64, 5) as number, decision: 'match', doubtful: 0, compared: 4 },
  });
  expect(told(...person(0, 1))).toEqual({ score: null, decision: null, doubtful: 0, compared: 0 });
});

it('counts tracks that are less like the others than is sure', () => {
  const one = told(...person(0, 6), ...person(1, 1));
  expect(one).toMatchObject({ decision: 'ambiguous', doubtful: 1, compared: 7 });
  expect(one.score).toBeLessThan(0.5);
});

it('counts the smaller of two that are not alike, also where each track is like enough to the others by itself', () => {
  const both = [...person(0, 3, 0.36), ...person(1, 2, 0.36)];
  expect(Math.min(...cohesionOf(both).cohesion)).toBeLessThan(0.45);
  expect(told(...both)).toMatchObject({ decision: 'ambiguous', doubtful: 2, compared: 5 });
  const even = [...person(0, 4, 0.4), ...person(1, 4, 0.4)];
  expect(Math.min(...cohesionOf(even).cohesion)).toBeGreaterThan(0.45);
  expect(told(...even)).toMatchObject({ decision: 'ambiguous', doubtful: 4 });
  expect(cohesionOf(even).apart).toBeCloseTo(0.4, 5);
});

it('says of two people whose tracks are no more alike than strangers that it is none', () => {
  expect(told(...person(0, 2), ...person(1, 2))).toMatchObject({ decision: 'no_match', doubtful: 4 });
});
