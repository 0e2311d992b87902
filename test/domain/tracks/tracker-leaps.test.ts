/** What a tracker follows to a picture that came long after the one before. */
import { describe, expect, it } from 'vitest';
import type { Leap, TrackDraft } from '../../../src/domain/tracks/open-track.js';
import { createTracker, TRACKING } from '../../../src/domain/tracks/tracker.js';
import { CROP_SIDE, type Face } from '../../../src/domain/types.js';
import { face } from './tracked-face.js';

const crops = [0, 1, 2].map((n) => new Uint8Array(CROP_SIDE ** 2 * 3).fill(n));
const cropped = (x: number, of = 0): Face => face(x, { crop: crops[of] ?? new Uint8Array() });

/** Pictures of a second each, five samples of each. @param isOneScene whether each is like the one before */
function watch(pictures: readonly (readonly Face[])[], isOneScene = false): TrackDraft[] {
  const tracker = createTracker(5);
  const ended = pictures.flatMap((faces, second) =>
    [0, 1, 2, 3, 4].flatMap((k) => {
      const leap: Leap | null = k === 0 && second > 0 ? { time_s: second, isOneScene } : null;
      return tracker.step(second + k * 0.2, 0, faces, leap);
    }),
  );
  return [...ended, ...tracker.finish()];
}
const seconds = (tracks: readonly TrackDraft[]) =>
  tracks.map(({ samples }) => [samples[0]?.time_s, samples.length / 5]);

describe('over a leap to another scene', () => {
  it('a face that can not be compared is another one, before or after', () => {
    expect(seconds(watch([[cropped(0)], [face(0)], [face(0)], [cropped(0)]]))).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  it('one that can be goes on where it was, and the track says where it may be another', () => {
    const [track, ...others] = watch([[cropped(0)], [cropped(4, 1)], [cropped(2, 2)]]);
    expect(others).toEqual([]);
    expect(track?.jumps).toEqual([1, 2]);
    expect(track?.leaps.map(({ time_s }) => time_s)).toEqual([1, 2]);
    // Crops of each picture, none of which is lost.
    expect(new Set(track?.crops.map(({ crop, time_s }) => `${crop[0]} at ${Math.floor(time_s)}`))).toEqual(
      new Set(['0 at 0', '1 at 1', '2 at 2']),
    );
  });

  it('the crop of a single sample is kept as well', () => {
    const tracker = createTracker(5);
    tracker.step(0.9, 0, [cropped(0)]);
    tracker.step(1, 0, [cropped(0, 1)], { time_s: 1, isOneScene: false });
    expect(tracker.finish().map(({ crops: kept }) => kept.map(({ crop }) => crop[0]))).toEqual([[0, 1]]);
  });

  it('a track ends at once, not after its patience', () => {
    const tracker = createTracker(5);
    tracker.step(0, 0, [cropped(0)]);
    expect(tracker.step(1, 0, [], { time_s: 1, isOneScene: false })).toHaveLength(1);
    expect(tracker.state().open).toEqual([]);
  });
});

describe('over a leap in one scene', () => {
  it('also a face that can not be compared is followed', () => {
    const [track, ...others] = watch([[cropped(0)], [face(0)], [cropped(0)]], true);
    expect(others).toEqual([]);
    expect(track?.leaps.map(({ time_s }) => time_s)).toEqual([1, 2]);
  });
});

it('keeps a bounded number of crops: a track ends after so many leaps', () => {
  const pictures = Array.from({ length: TRACKING.leaps + 3 }, () => [cropped(0)]);
  expect(watch(pictures).map(({ leaps }) => leaps.length)).toEqual([TRACKING.leaps, 1]);
});

it('goes on from its state in the middle of a leap', () => {
  const first = createTracker(5);
  first.step(0, 0, [cropped(0)]);
  first.step(1, 0, [cropped(0, 1)], { time_s: 1, isOneScene: false });
  const next = createTracker(5, structuredClone(first.state()));
  for (const tracker of [first, next]) tracker.step(1.2, 0, [cropped(0, 1)]);
  expect(next.finish()).toEqual(first.finish());
});
