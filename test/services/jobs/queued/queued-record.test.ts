import { expect, it } from 'vitest';
import { newJob } from '../../../../src/services/jobs/job-kinds.js';
import { recordOf } from '../../../../src/services/jobs/queued/queued-record.js';

const at = (fraction: number): string => JSON.stringify({ file: 0, to: 1, fraction, stage: 'decoding', eta_s: null });
const fields = {
  record: JSON.stringify(newJob('job_1', 'index_video', { source: '/films/long.mp4' })),
  sources: JSON.stringify(['/films/long.mp4']),
  'cuts:0': '[10,20,30]',
  'part:0:0': '{}',
  'at:part-0-1': at(0.5),
};

it('counts a part of a film once, also while the worker that did it is still there', () => {
  const progress = (more: Record<string, string>) => recordOf({ ...fields, ...more }, [], 0)?.progress;
  expect(progress({})).toBe(1.5 / 4);
  expect(progress({ 'at:part-0-0': at(1) })).toBe(1.5 / 4);
  expect(progress({ 'part:0:1': '{}' })).toBe(2 / 4);
});

it('says what is being done before what waits to be tried again', () => {
  const waits = JSON.stringify({
    file: 0,
    to: 1,
    fraction: 0,
    stage: 'trying again: not here',
    eta_s: null,
    waits: true,
  });
  const stage = (more: Record<string, string>): string | undefined =>
    recordOf({ record: fields.record, sources: JSON.stringify(['/films/a.mp4', '/films/b.mp4']), ...more }, [], 0)
      ?.stage;
  expect(stage({ 'at:film-0': waits, 'at:film-1': at(0.5) })).toBe('0 of 2: decoding');
  expect(stage({ 'at:film-0': waits })).toBe('0 of 2: trying again: not here');
});
