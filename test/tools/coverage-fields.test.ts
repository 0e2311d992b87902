/** What a brief answer tells of coverage: of which videos, and what counts as not looked at. */
import { expect, it } from 'vitest';
import type { Coverage } from '../../src/services/answers/coverage.js';
import { createSumCoverage } from '../../src/services/library/coverage-sums.js';
import { coverageFields } from '../../src/tools/answers/coverage-fields.js';

const whole: Coverage = {
  ...{ video_id: 'whole', source: 'a.mp4', decoded: [{ start_s: 0, end_s: 9 }], sample_fps: 5 },
  ...{ faces_seen: 4, faces_kept: 2, gated: {}, ended_early: null },
};

it('names what was not looked at and what faces may have been missed in, and counts the first alone', () => {
  const cut: Coverage = { ...whole, video_id: 'cut', ended_early: 'Decoding ended at 9 s.' };
  const turned: Coverage = { ...whole, video_id: 'turned', notes: ['Its faces are upside down.'] };
  const { coverage, coverage_totals } = coverageFields([whole, turned, cut], 'brief');
  expect(coverage).toEqual([
    { video_id: 'turned', ended_early: null, notes: ['Its faces are upside down.'] },
    { video_id: 'cut', ended_early: 'Decoding ended at 9 s.' },
  ]);
  expect(coverage_totals).toMatchObject({ videos: 3, partly: 1 });
});

it('sums a list once, and each list by itself', () => {
  const sum = createSumCoverage();
  let read = 0;
  const counted: Coverage = Object.defineProperty({ ...whole }, 'faces_seen', { get: () => (read++, 4) });
  const [one, other] = [[counted], [counted, whole]];
  for (let times = 0; times < 3; times++)
    expect(coverageFields(one, 'brief', sum)).toEqual(coverageFields([whole], 'brief'));
  expect(read).toBe(1);
  expect(coverageFields(other, 'brief', sum).coverage_totals).toMatchObject({ videos: 2, faces_seen: 8 });
});
