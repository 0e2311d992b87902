/** Whom photos of somebody enrolled fit. */
import { expect, it } from 'vitest';
import { replayEdits } from '../../../src/domain/edits/edits.js';
import { scoreAtFar } from '../../../src/domain/scores/calibration-model.js';
import type { GroupedTrack } from '../../../src/services/grouping/group-tracks.js';
import { recognise } from '../../../src/services/people/recognise.js';
import { makeIdentity, makeReference } from '../../store/fixtures.js';
import { comparing } from '../../support/libraries/grouping.js';

const using = comparing();
const PEOPLE = 30;

/** Nobody is like anybody. */
const along = (...parts: [axis: number, length: number][]): Float32Array => {
  const vector = new Float32Array(256);
  for (const [axis, length] of parts) vector[axis] = length;
  return vector;
};

/** Whom photos fit that score so with the first of PEOPLE, each of so many tracks. */
async function recognised(score: number, photos: number, tracks = 1): Promise<Awaited<ReturnType<typeof recognise>>> {
  const face = { population_excess: 0, quality: 1 };
  const all = Array.from({ length: PEOPLE * tracks }, (_, k): GroupedTrack => {
    const start_s = 10 * k;
    return {
      ...face,
      track_id: `track_${k}`,
      video_id: 'video',
      vector: along([Math.floor(k / tracks), 1]),
      presence: [{ start_s, end_s: start_s + 5 }],
    };
  });
  const rows = Array.from({ length: PEOPLE }, (_, p) =>
    makeIdentity({
      identity_id: `identity_${p}`,
      track_ids: all.slice(p * tracks, (p + 1) * tracks).map((t) => t.track_id),
    }),
  );
  const references = Array.from({ length: photos }, (_, k) =>
    makeReference({ ...face, vector: along([0, score], [200 + k, Math.sqrt(1 - score ** 2)]) }),
  );
  const reference_ids = references.map((r) => r.reference_id);
  const enrolled = [{ identity_id: 'identity_ada', edit_id: 'edit', reference_ids }];
  const edits = { ...replayEdits([]), enrolled };
  return recognise(references, rows, all, 0, edits, using.rule(), using.pipeline());
}

it('is less sure of a score the more photos and tracks it is the best of', async () => {
  // Among 30 people of one track a stranger scores so with a chance of 2.4 %.
  const score = scoreAtFar(using.pipeline().pack.calibration, 8e-4);
  const one = await recognised(score, 1);
  expect(one.sure.map((f) => f.other)).toEqual(['identity_0']);
  for (const [photos, tracks] of [
    [4, 1],
    [1, 4],
  ] as const) {
    const several = await recognised(score, photos, tracks);
    expect(several.sure, `${photos} photos, ${tracks} tracks`).toEqual([]);
    expect(several.doubtful[0]).toMatchObject({ other: 'identity_0', reasons: [expect.stringContaining('30 people')] });
  }
});
