/** What is left to look at, and what a look takes the place of. */
import { describe, expect, it } from 'vitest';
import { keptTracks } from '../../../src/services/indexing/film/earlier-tracks.js';
import {
  addLook,
  askedRange,
  coverageOf,
  looksOf,
  type Manner,
  missing,
  openRange,
  rangeOf,
  whatChanges,
} from '../../../src/services/indexing/looked-at.js';
import type { LookRecord } from '../../../src/store/records/coverage-record.js';
import type { Interval } from '../../../src/domain/types.js';
import { coverageAnswer } from '../../../src/services/answers/coverage.js';
import { makeVideo } from '../../store/rows.js';

const span = { start_s: 0, end_s: 10 };
const whole = askedRange({});
const at = (start_s: number, end_s: number): Interval => ({ start_s, end_s });
const manner = (sample_fps: number, more: Partial<Manner> = {}): Manner => ({
  sample_fps,
  pipeline_version: '5',
  force: false,
  ...more,
});
const look = (sample_fps: number, asked: Interval[], fields: Partial<LookRecord> = {}): LookRecord => ({
  sample_fps,
  pipeline_version: '5',
  asked,
  decoded: asked.map((i) => at(Math.max(0, i.start_s), Math.min(10, i.end_s))),
  faces_seen: 10,
  faces_kept: 7,
  gated: { blurred: 3 },
  ended_early: null,
  ...fields,
});

describe('missing', () => {
  it('is everything at first, and nothing once as much was looked at as finely', () => {
    expect(missing([], whole, manner(5), span)).toEqual([whole]);
    for (const fps of [5, 2]) expect(missing([look(5, [whole])], at(2, 4), manner(fps), span)).toEqual([]);
    expect(missing([look(5, [whole])], whole, manner(5), span)).toEqual([]);
  });

  it('is what lies outside of what is known, and what is known less finely or by another version', () => {
    const known = [look(5, [at(2, 5)])];
    expect(missing(known, at(1, 6), manner(5), span)).toEqual([at(1, 2), at(5, 6)]);
    expect(missing(known, whole, manner(5), span)).toEqual([at(-1e9, 2), at(5, 1e9)]);
    expect(missing(known, at(1, 6), manner(8), span)).toEqual([at(1, 6)]);
    expect(missing(known, at(1, 6), manner(5, { pipeline_version: '6' }), span)).toEqual([at(1, 6)]);
    expect(missing(known, at(3, 4), manner(5, { force: true }), span)).toEqual([at(3, 4)]);
  });

  it('is no gap that holds no moment to look at, within the video', () => {
    expect(missing([look(5, [at(0, 9.81)])], whole, manner(5), span)).toEqual([]);
    expect(missing([look(5, [at(0, 9.79)])], whole, manner(5), span)).toEqual([at(9.79, 1e9)]);
    expect(missing([look(5, [at(0, 10)])], at(0, 400), manner(5), span)).toEqual([]);
  });
});

describe('addLook', () => {
  it('adds to a look in the same manner, and sums what was seen', () => {
    const [only, ...more] = addLook([look(5, [at(0, 3)])], look(5, [at(3, 5), at(7, 8)], { ended_early: 'cut off' }));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ asked: [at(0, 5), at(7, 8)], decoded: [at(0, 5), at(7, 8)], ended_early: 'cut off' });
    expect(only).toMatchObject({ faces_seen: 20, faces_kept: 14, gated: { blurred: 6 } });
  });

  it('leaves of others what it does not take the place of, and nothing of one that is replaced whole', () => {
    const looks = addLook([look(5, [whole])], look(15, [at(4, 6)]));
    expect(looks.map((l) => [l.sample_fps, l.decoded])).toEqual([
      [5, [at(0, 4), at(6, 10)]],
      [15, [at(4, 6)]],
    ]);
    const coverage = coverageOf('video', 'a.mp4', looks);
    expect(coverage).toMatchObject({ decoded: [at(0, 10)], sample_fps: 5, faces_seen: 20 });
    expect(coverageAnswer(coverage).ranges).toEqual([
      { ...at(0, 4), sample_fps: 5 },
      { ...at(4, 6), sample_fps: 15 },
      { ...at(6, 10), sample_fps: 5 },
    ]);
    expect(addLook(looks, look(2, [whole]))).toEqual([look(2, [whole])]);
    expect(coverageAnswer(coverageOf('video', 'a.mp4', [look(5, [whole])]))).not.toHaveProperty('ranges');
    expect([rangeOf(looks), rangeOf([look(5, [at(1, 2), at(4, 6)])])]).toEqual([null, at(1, 6)]);
  });

  it('keeps what is to be noted of a look for as long as any of it is left, and says it once', () => {
    const looks = addLook([look(5, [at(0, 3)], { notes: ['dark'] })], look(5, [at(3, 5)], { notes: ['dark', 'far'] }));
    expect(coverageOf('video', 'a.mp4', looks)).toMatchObject({ notes: ['dark', 'far'], ended_early: null });
    const partly = addLook([look(5, [whole], { notes: ['dark'] })], look(15, [at(4, 6)]));
    expect(coverageOf('video', 'a.mp4', partly).notes).toEqual(['dark']);
    expect(coverageOf('video', 'a.mp4', addLook(looks, look(15, [whole])))).not.toHaveProperty('notes');
  });

  it('reads a video from before there were looks as looked at once', () => {
    const video = makeVideo('video', 'run', { range: at(2, 5), pipeline_version: '4' });
    expect(looksOf(video)).toEqual([
      expect.objectContaining({ asked: [at(2, 5)], sample_fps: 5, pipeline_version: '4', faces_seen: 40 }),
    ]);
    expect(looksOf({ ...video, range: null })[0]?.asked).toEqual([whole]);
  });
});

it('says what is replaced by what, and what is kept because it is finer', () => {
  const known = [look(5, [at(0, 6)]), look(15, [at(6, 8)])];
  const fresh = look(8, missing(known, whole, manner(8), span));
  expect(fresh.asked).toEqual([at(-1e9, 6), at(8, 1e9)]);
  expect(whatChanges(known, whole, fresh)).toEqual([
    expect.stringMatching(/^0\.0–6\.0 s had been looked at with 5 .*8 pictures a second took its place/),
    expect.stringMatching(/^6\.0–8\.0 s had been looked at with 15 .*finer than 8: kept/),
  ]);
  expect(whatChanges(known, at(0, 6), look(5, [at(0, 6)]))).toEqual([]);
});

it('opens the sides that were left out', () => {
  expect(openRange(whole)).toBeUndefined();
  expect(openRange(askedRange({ end_s: 3 }))).toEqual(at(-Infinity, 3));
  expect(openRange(askedRange({ start_s: 3 }))).toEqual(at(3, Infinity));
});

it('keeps tracks outside of what is replaced, and of others the rest', () => {
  const track = (track_id: string, ...presence: Interval[]) => ({ track_id, presence });
  const kept = keptTracks(
    [
      track('before', at(0, 3)),
      track('inside', at(4.2, 5.8)),
      track('across', at(3, 7)),
      track('into', at(3.5, 5)),
      track('out', at(5, 5.5), at(6.5, 8)),
      track('after', at(6, 8)),
    ],
    [at(4, 6)],
  );
  const same = (id: string, ...presence: Interval[]) => ({
    ...track(id, ...presence),
    becomes: id,
    start_s: presence[0]?.start_s,
    end_s: presence.at(-1)?.end_s,
  });
  expect(kept).toEqual([
    same('before', at(0, 3)),
    same('across', at(3, 4), at(6, 7)),
    same('into', at(3.5, 4)),
    { ...same('out', at(6.5, 8)), becomes: expect.stringMatching(/^track_/) },
    same('after', at(6, 8)),
  ]);
});
