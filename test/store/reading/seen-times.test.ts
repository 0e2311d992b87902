import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { timesIn } from '../../../src/store/reading/times-in-json.js';

const second = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0)),
  // As times mostly are: with all digits a double has, or to the millisecond.
  fc.double({ min: 0, max: 20_000, noNaN: true }).filter((x) => !Object.is(x, -0)),
  fc.integer({ min: 0, max: 20_000_000 }).map((ms) => ms / 1000),
);
const appearance = fc.record({ start_s: second, end_s: second, tracks: fc.integer({ min: 0, max: 3 }) });

it('reads starts and ends of appearances as parsing them does', () => {
  fc.assert(
    fc.property(fc.array(fc.array(appearance)), (rows) => {
      const stored = rows.map((appearances) =>
        appearances.map(({ start_s, end_s, tracks }) => ({
          start_s,
          end_s,
          track_ids: Array.from({ length: tracks }, () => newId('track')),
        })),
      );
      // One after the other, as they lie in a table.
      const texts = stored.map((row) => Buffer.from(JSON.stringify(row)));
      const bytes = Buffer.concat(texts);
      let from = 0;
      const found = texts.map(({ length }) => {
        const times: number[] = [];
        timesIn(bytes, from, (from += length), times);
        return times;
      });
      expect(found).toEqual(stored.map((row) => row.flatMap(({ start_s, end_s }) => [start_s, end_s])));
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['spaces', '[ {"start_s": 1.5, "end_s": 2, "track_ids": []} ]'],
  ['another order', '[{"end_s":2,"start_s":1.5,"track_ids":[]}]'],
  ['nothing more', '[{"start_s":1.5,"end_s":2}]'],
])('reads appearances that are written otherwise: %s', (_, json) => {
  const times = [0];
  timesIn(Buffer.from(`[]${json}[]`), 2, 2 + json.length, times);
  expect(times).toEqual([0, 1.5, 2]);
});
