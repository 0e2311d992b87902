/** Everything that is handed over, as JSON. */
import { expect, it } from 'vitest';
import { jsonOf } from '../../../src/domain/handover/json.js';
import { BEN, cue, film, handover, NOBODY_YET } from './sample.js';

it('holds people, films and appearances in the words of the answers, with frames', () => {
  const films = [film({ timecode: '01:00:00:00' }), film({ video_id: 'video_b', title: 'empty.mp4' })];
  const both = [...cue(0, 0).people, ...BEN];
  const cues = [cue(1, 2), cue(3, 4.2, { people: both, score: 0.4, track_ids: ['track_2', 'track_3'] })];
  const text = jsonOf(handover(films, [...cues, cue(5, 6, { people: NOBODY_YET, score: null })]), 'Rollcall 1.2.3');
  const first = { video_id: 'video_a', title: 'lounge.mp4', source: '/films/lounge.mp4', start_s: 0, end_s: 60 };
  expect(JSON.parse(text)).toEqual({
    made_by: 'Rollcall 1.2.3',
    title: 'Who is on screen when',
    threshold: 0.5,
    people: [
      { identity_id: 'identity_ada', name: 'Ada' },
      { identity_id: 'identity_ben', name: 'Ben' },
      { identity_id: 'identity_x', name: null },
    ],
    videos: [
      {
        ...{ ...first, fps: 25, timecode: '01:00:00:00', coverage: 'Looked at 100 % of it.' },
        appearances: [
          {
            ...{ identity_ids: ['identity_ada'], start_s: 1, end_s: 2, first_frame: 25, frames: 25 },
            ...{ score: 0.8, in_doubt: false, track_ids: ['track_1'] },
          },
          {
            ...{ identity_ids: ['identity_ada', 'identity_ben'], start_s: 3, end_s: 4.2, first_frame: 75, frames: 30 },
            ...{ score: 0.4, in_doubt: true, track_ids: ['track_2', 'track_3'] },
          },
          {
            ...{ identity_ids: ['identity_x'], start_s: 5, end_s: 6, first_frame: 125, frames: 25 },
            ...{ score: null, in_doubt: false, track_ids: ['track_1'] },
          },
        ],
      },
      {
        ...{ ...first, video_id: 'video_b', title: 'empty.mp4', fps: 25, timecode: null },
        ...{ coverage: 'Looked at 100 % of it.', appearances: [] },
      },
    ],
  });
  // For people to read, and for tools that want a last line to end.
  expect(text).toMatch(/^\{\n {2}"made_by"[^]*\n\}\n$/);
});

it('says of a photo who is in it and when it was taken, and no time', () => {
  const photo = film({ title: 'party.jpg', fps: 0, end_s: 0, photo: { taken_at: null } });
  const { videos } = JSON.parse(jsonOf(handover([photo], [cue(0, 0)]), 'x')) as { videos: unknown[] };
  expect(videos).toEqual([
    {
      ...{ video_id: 'video_a', title: 'party.jpg', source: '/films/lounge.mp4', photo: true, taken_at: null },
      coverage: 'Looked at 100 % of it.',
      appearances: [{ identity_ids: ['identity_ada'], score: 0.8, in_doubt: false, track_ids: ['track_1'] }],
    },
  ]);
});
