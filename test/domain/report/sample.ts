/** A report of three people in two films, one of which is gone. */
import type { Report, ReportFilm, ReportPerson } from '../../../src/domain/report/report.js';

const person = (index: number, label: string, fields: Partial<ReportPerson> = {}): ReportPerson => ({
  ...{ index, identity_id: `identity_${index}`, label, named: true, face: null },
  ...{ seconds: 75.4, films: 2, photos: 0, appearances: 3, in_doubt: 0, ...fields },
});

export const ADA = person(0, 'Ada <b>', { face: 'data:image/jpeg;base64,QQ==', in_doubt: 2 });
export const BEN = person(1, 'Ben', { seconds: 12.34, films: 1, appearances: 1 });
const THIRD = person(2, 'Person 3', { named: false, seconds: 4000, appearances: 9 });

export const bar = (start_s: number, end_s: number, score: number | null = 0.8, in_doubt = false) => ({
  ...{ start_s, end_s, score, in_doubt },
});

export const film = (fields: Partial<ReportFilm> = {}): ReportFilm => ({
  ...{ video_id: 'video_a', title: 'A "film"', start_s: 10, end_s: 110 },
  strip: {
    of: 'frames',
    pictures: [
      { time_s: 12, src: 'data:image/jpeg;base64,QUE=', alt: 'at 0:12' },
      { time_s: 75, src: 'data:image/jpeg;base64,QUI=', alt: 'at 1:15' },
    ],
  },
  missing: null,
  rows: [
    { person: ADA, bars: [bar(40, 60), bar(15, 20.5, 0.31, true)] },
    { person: BEN, bars: [bar(30, 42.34, null)] },
  ],
  rows_left_out: 0,
  gaps: [{ start_s: 90, end_s: 130 }],
  coverage: {
    ...{ share: '80 %', sample_fps: 5, faces_seen: 40, faces_kept: 30, ended_early: null, notes: [] },
    gated: { blurred: 3, too_small: 6, profile: 0, other_reason: 1, cut_off: 5, low_score: 4, low_norm: 2 },
  },
  ...fields,
});

export const report = (fields: Partial<Report> = {}): Report => ({
  ...{ title: 'Who is in this', date: '2026-01-02', made_by: 'Rollcall 1.2.3' },
  people: [ADA, BEN, THIRD],
  films: [
    film(),
    film({
      ...{ video_id: 'video_b', title: 'gone.mp4', start_s: 0, end_s: 30, missing: 'The file is gone' },
      strip: { of: 'faces', pictures: [{ time_s: 1, src: 'data:image/jpeg;base64,QUM=', alt: 'Ben' }] },
      ...{ rows: [{ person: BEN, bars: [bar(1, 2)] }], rows_left_out: 2, gaps: [] },
      coverage: {
        ...{
          share: '100 %',
          sample_fps: 2,
          faces_seen: 1,
          faces_kept: 1,
          ended_early: 'broken at 29 s',
          notes: ['Its faces lie on their <side>.'],
        },
        gated: {},
      },
    }),
  ],
  photos: [],
  pairs: [
    { a: 0, b: 1, seconds: 30, times: 2 },
    { a: 0, b: 2, seconds: 60, times: 1 },
  ],
  heat_people: 3,
  totals: { films: 2, photos: 0, people: 3, seconds: 130, appearances: 13 },
  uncertainty: ['2 appearances are in doubt.'],
  left_out: ['4 people with less time'],
  threshold: 0.347,
  ...fields,
});
