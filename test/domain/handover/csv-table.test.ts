import { expect, it } from 'vitest';
import { parseCsv } from '../../../src/domain/csv.js';
import { csvOf } from '../../../src/domain/handover/csv-table.js';
import { BEN, cue, film, handover } from './sample.js';

function read(text: string): Record<string, string>[] {
  const [head, ...rows] = parseCsv(text).map((row) => row.fields);
  return rows.map((fields) => Object.fromEntries((head ?? []).map((column, i) => [column, fields[i] ?? ''])));
}

it('has a row for each appearance, to the frame', () => {
  const pair = [...cue(0, 0).people, ...BEN];
  const one = film({ fps: 30000 / 1001, start_s: 0.85, end_s: 100, timecode: '10:00:00;00' });
  const rows = read(csvOf(handover([one], [cue(0.85, 60.91), cue(61.911, 62, { people: pair, score: 0.4 })])));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({ names: 'Ada', first_frame: '0', timecode_in: '10:00:00;00', in_doubt: '' });
  // A minute and a frame later two numbers have been dropped.
  expect(rows[1]).toMatchObject({ names: 'Ada; Ben', timecode_in: '10:01:01;02', score: '0.4', in_doubt: 'yes' });
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\uff1d1', '"a",b', '  =x'])('runs nothing: %j', (name) => {
  const text = csvOf(
    handover([film({ title: name, start_s: -5 })], [cue(-1, 2, { people: [{ identity_id: 'i', name }] })]),
  );
  const [row] = read(text);
  for (const cell of [row?.title ?? '', row?.names ?? ''])
    expect(cell).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
  // Numbers stay numbers.
  expect(row?.start_s).toBe('-1');
});

it('says in each column what it is called', () => {
  const both = [...cue(0, 0).people, ...BEN];
  const text = csvOf(
    handover([film()], [cue(1, 2.2, { people: both, track_ids: ['t1', 't2'] }), cue(3, 4, { video_id: 'video_c' })]),
  );
  expect(read(text)).toEqual([
    {
      ...{ video_id: 'video_a', title: 'lounge.mp4', names: 'Ada; Ben', identity_ids: 'identity_ada; identity_ben' },
      ...{ start_s: '1', end_s: '2.2', seconds: '1.2', timecode_in: '00:00:01:00', timecode_out: '00:00:02:05' },
      ...{ first_frame: '25', frames: '30', fps: '25', score: '0.8', in_doubt: '', track_ids: 't1; t2' },
      ...{ photo: '', taken_at: '' },
    },
  ]);
  expect(text).toMatch(/^video_id,title,names,[^\n]*\r\n[^\n]*\r\n$/);
});

it('leaves every time of a photo empty, but for its date', () => {
  const photo = film({ title: 'party.jpg', fps: 0, end_s: 0, photo: { taken_at: '2019-05-02T14:03:22' } });
  const [row] = read(csvOf(handover([photo], [cue(0, 0)])));
  const timed = ['start_s', 'end_s', 'seconds', 'timecode_in', 'timecode_out', 'first_frame', 'frames', 'fps'];
  expect(timed.map((column) => row?.[column])).toEqual(timed.map(() => ''));
  expect(row).toMatchObject({ title: 'party.jpg', names: 'Ada', photo: 'yes', taken_at: '2019-05-02T14:03:22' });
});
