import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.js';
import { spansIn } from '../../src/store/reading/seen-times.js';

const second = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0));
const appearance = fc.record({ start_s: second, end_s: second, tracks: fc.integer({ min: 0, max: 3 }) });

it('reads starts and ends of appearances as parsing them does', () => {
  fc.assert(
    fc.property(fc.array(appearance), (appearances) => {
      const stored = appearances.map(({ start_s, end_s, tracks }) => ({
        start_s,
        end_s,
        track_ids: Array.from({ length: tracks }, () => newId('track')),
      }));
      expect([...spansIn(JSON.stringify(stored))]).toEqual(stored.map(({ start_s, end_s }) => [start_s, end_s]));
    }),
  );
});
