/** Whom cues name, which are in doubt, and how films are counted. */
import { describe, expect, it } from 'vitest';
import { calledAll, calledBy, cuesOf, frameClock, isDoubtful } from '../../../src/domain/handover/handover.js';
import { colourOf } from '../../../src/domain/handover/marker-colours.js';
import { BEN, cue, film, handover, NOBODY_YET } from './sample.js';

it('calls people by a name of one line, or by their id', () => {
  expect(calledBy({ identity_id: 'i', name: 'Ada\nLovelace' })).toBe('Ada Lovelace');
  expect(calledAll([...BEN, ...NOBODY_YET])).toBe('Ben, identity_x');
  expect(calledBy({ identity_id: 'i', name: 'a'.repeat(150) })).toHaveLength(100);
});

it('doubts scores below the threshold alone, where there are both', () => {
  const doubts = [0.49, 0.5, null].map((score) => isDoubtful({ score }, 0.5));
  // Of a score below 0 as well, which is less than no threshold.
  const none = [0.1, -0.1].map((score) => isDoubtful({ score }, null));
  expect([...doubts, ...none]).toEqual([true, false, false, false, false]);
});

it('gives each film its own cues', () => {
  const [here, there] = [cue(1, 2), cue(1, 2, { video_id: 'video_b' })];
  expect(cuesOf(handover([film()], [here, there]), film())).toEqual([here]);
});

describe('a film is counted', () => {
  it('from its first picture on, to its last', () => {
    const clock = frameClock(film({ start_s: 10, end_s: 20 }));
    expect(clock).toMatchObject({ start: 0, frames: 250, rate: { timebase: 25, drop: false } });
    expect(clock.framesOf({ start_s: 11, end_s: 12.2 })).toEqual({ first: 25, count: 30 });
    // What reaches beyond it is cut, but for a frame.
    expect(clock.framesOf({ start_s: 19.96, end_s: 99 })).toEqual({ first: 249, count: 1 });
    expect(clock.framesOf({ start_s: 50, end_s: 99 })).toEqual({ first: 249, count: 1 });
    expect(clock.framesOf({ start_s: 19, end_s: 25 })).toEqual({ first: 225, count: 25 });
  });
  it('by its own timecode, and drops numbers where that does', () => {
    const ntsc = { fps: 30000 / 1001, timecode: '00:01:00;02' };
    expect(frameClock(film(ntsc))).toMatchObject({ start: 1800, rate: { drop: true } });
    expect(frameClock(film({ ...ntsc, timecode: '00:01:00:02' }))).toMatchObject({
      start: 1802,
      rate: { drop: false },
    });
    expect(frameClock(film({ ...ntsc, timecode: 'none' }))).toMatchObject({ start: 0, rate: { drop: true } });
  });
});

it('gives each person a colour, the seventh that of the first', () => {
  const people = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((identity_id) => ({ identity_id, name: null }));
  const colour = colourOf(handover([film()], [cue(0, 1, { people }), cue(1, 2, { people: people.slice(2) })]));
  const all = people.map((p) => colour(p.identity_id));
  expect(all.map((c) => c.otio)).toEqual(['CYAN', 'GREEN', 'YELLOW', 'MAGENTA', 'BLUE', 'RED', 'CYAN']);
  expect(all.map((c) => c.resolve)).toEqual(['Cyan', 'Green', 'Yellow', 'Fuchsia', 'Blue', 'Red', 'Cyan']);
  expect([colour(undefined), colour('nobody')]).toEqual([all[0], all[0]]);
});
