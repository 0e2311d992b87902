/** Whether whoever asks for somebody by name or id is told of faces that may be somebody else's. */
import { expect, it } from 'vitest';
import { SyntheticCast } from '../../../lab/faces/synthetic-tracks.js';
import { scoreOf } from '../../../src/domain/scores/normalised-score.js';
import { likeTheOthers } from '../../../src/domain/people/like-others.js';
import { doubtWords } from '../../../src/services/questions/faces-in-doubt.js';
import type { Hit } from '../../../src/services/questions/found-together.js';
import { ownFaces } from '../../../src/services/questions/own-faces.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { Curated } from '../curation/curated.js';

const using = comparing();

it('scores each track of somebody by the mean over their other tracks', async () => {
  const cast = new SyntheticCast(3);
  const tracks = Array.from({ length: 5 }, (_, k) => cast.track('ada', `video-${k}`, { quality: 0.2 + k / 10 }));
  const { library } = await Curated.of(using, byVideo(tracks));
  const track_ids = tracks.map((t) => t.track_id);
  const like = likeTheOthers(await ownFaces({ track_ids }, library));
  for (const a of tracks) {
    const others = tracks.filter((b) => b !== a);
    const mean = others.reduce((sum, b) => sum + scoreOf(a, b), 0) / others.length;
    expect(like.get(a.track_id)).toBeCloseTo(mean, 5);
  }
  expect(likeTheOthers(await ownFaces({ track_ids: track_ids.slice(0, 1) }, library))).toEqual(new Map());
});

it('tells of those whose score is not surely above the threshold, of people who were known', () => {
  const calibration = { ...using.pipeline().pack.calibration, calibration_id: null, decides: null };
  const { points, margin } = calibration;
  const hit = (known: boolean, ...scores: (number | null)[]): Hit => ({
    hit: {
      ...{ query: 'Ada', box: null, identity_id: 'identity_a', name: 'Ada', seconds_on_screen: 0, candidates: [] },
      decision: known ? null : ({ decision: 'match' } as NonNullable<Hit['hit']['decision']>),
    },
    appearances: scores.map((score) => ({
      ...{ video_id: 'video_a', start_s: 0, end_s: 1, track_ids: [], identity_id: 'identity_a', score },
    })),
  });
  const sure = points.balanced.threshold + margin + 0.001,
    unsure = points.balanced.threshold + margin - 0.001;
  expect(doubtWords([hit(true, sure, null)], calibration)).toBeNull();
  expect(doubtWords([hit(false, unsure)], calibration)).toBeNull();
  expect(doubtWords([hit(true, sure, unsure), hit(true, 0.1)], calibration)).toMatch(/^2 of 3 appearances may be/);
});
