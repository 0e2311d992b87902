/** Frames and timecodes, held against npm's smpte-timecode. */
import fc from 'fast-check';
import Timecode from 'smpte-timecode';
import { expect, it } from 'vitest';
import {
  frameAt,
  frameRateOf,
  framesOf,
  framesPerSecond,
  readTimecode,
  timecode,
} from '../../../src/domain/handover/frame-rate.js';

const RATES = [
  [24000 / 1001, 23.976, false],
  [24, 24, false],
  [25, 25, false],
  [30000 / 1001, 29.97, true],
  [30, 30, false],
  [50, 50, false],
  [60000 / 1001, 59.94, true],
  [60, 60, false],
] as const;

it.each(RATES)('counts %d frames a second as smpte-timecode does', (fps, named, drop) => {
  const rate = frameRateOf(fps);
  expect(rate).toMatchObject({ drop, exact: true });
  const day = 86_400 * rate.timebase - 1;
  const ends = [0, 1, 1799, 1800, 1801, 17_981, 17_982, 3597, 3598, 107_892];
  for (const frame of ends) expect(timecode(frame, rate)).toBe(new Timecode(frame, named, drop).toString());
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Math.floor(day * 0.99) }), (frame) => {
      const text = timecode(frame, rate);
      expect(text).toBe(new Timecode(frame, named, drop).toString());
      expect(readTimecode(text, rate)).toEqual({ frame, drop });
    }),
  );
});

it('every frame is found again by the time it is shown at, rounded to the millisecond', () => {
  fc.assert(
    fc.property(fc.constantFrom(...RATES.map(([fps]) => fps)), fc.integer({ min: 0, max: 400_000 }), (fps, frame) => {
      const rate = frameRateOf(fps);
      const shown = (n: number): number => Math.round((n / framesPerSecond(rate)) * 1000) / 1000;
      expect(frameAt(shown(frame), rate)).toBe(frame);
      expect(framesOf({ start_s: shown(frame), end_s: shown(frame + 7) }, rate)).toEqual({ first: frame, count: 7 });
    }),
  );
});

it('says when it is not exact', () => {
  expect(frameRateOf(0)).toMatchObject({ timebase: 25, exact: false });
  expect(frameRateOf(29.83)).toMatchObject({ timebase: 30, drop: false, exact: false });
  expect(frameRateOf(29.9699)).toMatchObject({ numerator: 30_000, denominator: 1001, exact: true });
  expect(frameRateOf(10)).toMatchObject({ timebase: 10, exact: true });
});

it('reads timecodes that there are, and no others', () => {
  expect(readTimecode('01:00:00:00', frameRateOf(25))).toEqual({ frame: 90_000, drop: false });
  expect(readTimecode('01:00:00;02', frameRateOf(29.97))).toEqual({ frame: 107_894, drop: true });
  for (const bad of ['1:00:00:00', '00:61:00:00', '00:00:00:25', 'x', '00:00:00.1'])
    expect(readTimecode(bad, frameRateOf(25))).toBeNull();
});
