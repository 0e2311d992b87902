// One cut, told from motion, light, blends and single odd pictures.
import { describe, expect, it } from 'vitest';
import { type Cut, cutAt } from '../../../src/domain/shots/cuts.js';
import { blend, flat, framesOf, lit, map, panned, picture, scene, still } from '../../support/pictures/thumbnails.js';

const [a, b, c] = [picture(scene(1, 0.6)), picture(scene(3, 0.6)), picture(scene(5, 0.6))];

/** All cuts, each frame asked about by itself but those that a cut before it took in. */
function cutsIn(pictures: readonly Uint8Array[], fps = 25): Cut[] {
  const frames = framesOf(pictures, fps),
    found: Cut[] = [];
  for (let at = 0; at < frames.length; at++) {
    const cut = cutAt(frames, at);
    if (!cut) continue;
    found.push(cut);
    at = cut.last;
  }
  return found;
}
/** A camera that pans over a scene: so many pictures from x on, so many pixels from one to the next. */
function pan(seed: number, frames: number, step: number, from = 0): Uint8Array[] {
  return Array.from({ length: frames }, (_, k) => picture(panned(scene(seed, 0.6), from + k * step)));
}
const at = (first: number, last = first) => [{ first, last }];

describe('a cut', () => {
  it('is between two scenes, at the first picture of the new one', () => {
    expect(cutsIn([...still(a, 10), ...still(b, 10)])).toEqual(at(10));
    expect(cutsIn([...still(a, 10), ...still(b, 10), ...still(c, 10)])).toEqual([...at(10), ...at(20)]);
    expect(cutsIn(still(a, 20))).toEqual([]);
  });
  it('is seen where there is hardly anything before it or after it', () => {
    expect(cutsIn([a, ...still(b, 10)])).toEqual(at(1));
    expect(cutsIn([...still(a, 10), b])).toEqual(at(10));
  });
  it('is not asked for before the first picture, nor after the last', () => {
    const frames = framesOf([...still(a, 4), ...still(b, 4)]);
    expect(cutAt(frames, 0)).toBeNull();
    expect(cutAt(frames, 8)).toBeNull();
  });
  it('stands out from motion on either side of it', () => {
    expect(cutsIn([...pan(1, 12, 2), ...pan(3, 12, 2)])).toEqual(at(12));
    expect(cutsIn([...pan(1, 12, 2), ...still(b, 12)])).toEqual(at(12));
    expect(cutsIn([...still(a, 12), ...pan(3, 12, 2)])).toEqual(at(12));
  });
  it('is not motion, however fast it starts', () => {
    expect(cutsIn(pan(1, 40, 5))).toEqual([]);
    expect(cutsIn([...still(picture(panned(scene(1, 0.6), 0)), 10), ...pan(1, 30, 6)])).toEqual([]);
    expect(cutsIn([...pan(1, 12, 1), ...pan(1, 12, 7, 18)])).toEqual([]);
  });
  it('is not a camera that jerks by a few pixels', () => {
    const jerked = (by: number) => [...pan(1, 10, 0), ...pan(1, 10, 0, by)];
    expect(cutsIn(jerked(3))).toEqual([]);
  });
  it('is not a change that one can hardly see, even into another scene', () => {
    const faint = (seed: number, contrast: number) => picture(scene(seed, contrast));
    expect(cutsIn([...still(faint(1, 0.08), 10), ...still(faint(3, 0.08), 10)])).toEqual([]);
    expect(cutsIn([...still(faint(1, 0.3), 10), ...still(faint(3, 0.3), 10)])).toEqual(at(10));
  });
  it('is not animation that moves on with every third picture', () => {
    const third = Array.from({ length: 36 }, (_, k) => picture(panned(scene(1, 0.6), 7 * Math.floor(k / 3))));
    expect(cutsIn(third)).toEqual([]);
  });
  it('is not one odd picture in a shot, which what is before and what is after have between them', () => {
    expect(cutsIn([...still(a, 10), b, ...still(a, 10)])).toEqual([]);
    expect(cutsIn([...still(a, 10), b, b, b, ...still(a, 10)])).toEqual([]);
    // Four pictures are a shot of its own.
    expect(cutsIn([...still(a, 10), ...still(b, 4), ...still(a, 10)])).toEqual([...at(10), ...at(14)]);
  });
  it('is one for each of several short shots', () => {
    const shots = [1, 3, 5, 6, 4].map((seed) => picture(scene(seed, 0.6)));
    expect(cutsIn(shots.flatMap((one) => still(one, 4))).map((one) => one.first)).toEqual([4, 8, 12, 16]);
    // One more cut within three pictures does not hide it.
    expect(cutsIn([...still(a, 10), ...still(b, 2), ...still(c, 10)])).toEqual([...at(10), ...at(12)]);
  });
  it('is not the same scene under other light, at once or little by little', () => {
    expect(cutsIn([...still(a, 10), ...still(lit(a, 60), 20)])).toEqual([]);
    expect(cutsIn([...still(lit(a, 60), 10), ...still(a, 20)])).toEqual([]);
    const ramp = [15, 30, 45].map((by) => lit(a, by));
    expect(cutsIn([...still(a, 10), ...ramp, ...still(lit(a, 60), 20)])).toEqual([]);
  });
  it('is not a fade from black that takes a few pictures', () => {
    const fade = [0.25, 0.5, 0.75].map((share) => blend(flat(0), a, share));
    expect(cutsIn([...still(flat(0), 10), ...fade, ...still(a, 20)])).toEqual([]);
  });
  it('is from black to a picture, at once', () => {
    expect(cutsIn([...still(flat(0), 10), ...still(a, 20)])).toEqual(at(10));
  });
});

describe('a cut with blended pictures on it', () => {
  const blended = (...shares: number[]) => [
    ...still(a, 10),
    ...shares.map((share) => blend(a, b, share)),
    ...still(b, 10),
  ];
  it('is one, from where at least half is of the new shot', () => {
    expect(cutsIn(blended(0.5))).toEqual(at(10, 11));
    expect(cutsIn(blended(0.3))).toEqual(at(11, 11));
    expect(cutsIn(blended(0.3, 0.6))).toEqual(at(11, 12));
    expect(cutsIn(blended(0.2, 0.4, 0.8))).toEqual(at(12, 13));
    expect(cutsIn(blended(0.6, 0.7, 0.8))).toEqual(at(10, 13));
  });
  it('has a few of them: many are a dissolve', () => {
    expect(cutsIn(blended(...Array.from({ length: 6 }, (_, k) => (k + 1) / 7)))).toEqual([]);
  });
  it('goes from the old to the new, and never back', () => {
    expect(cutsIn(blended(0.6, 0.3))).toEqual([]);
    // A blend that stays is what the cut comes after.
    expect(cutsIn(blended(0.4, 0.4))).toEqual(at(12));
  });
  it('holds no third picture', () => {
    const cuts = cutsIn([...still(a, 10), blend(blend(a, b, 0.5), c, 0.6), ...still(b, 10)]);
    expect(cuts.every((cut) => cut.first === cut.last)).toBe(true);
  });
  it('takes in no picture that is all but of one shot', () => {
    expect(cutsIn(blended(0.03))).toEqual(at(11));
    expect(cutsIn(blended(0.97))).toEqual(at(10));
  });
  it('is seen in a panning shot too', () => {
    const [one, two] = [pan(1, 12, 1), pan(3, 12, 1)];
    const mixed = blend(one[11] ?? a, two[0] ?? b, 0.5);
    expect(cutsIn([...one.slice(0, 11), mixed, ...two.slice(1)])).toEqual(at(11, 12));
  });
});

describe('a flash', () => {
  it('is no cut, when it comes and when it goes', () => {
    for (const light of [lit(a, 60), flat(255), map(a, (v) => v * 2.4)])
      for (const frames of [1, 2, 4, 8])
        expect(cutsIn([...still(a, 10), ...still(light, frames), ...still(a, 20)])).toEqual([]);
  });
  it('that hides a cut is one cut, to where the light is gone', () => {
    expect(cutsIn([...still(a, 10), ...still(flat(255), 3), ...still(b, 20)])).toEqual(at(10, 13));
    expect(cutsIn([...still(a, 10), lit(b, 90), ...still(b, 20)])).toEqual(at(10, 11));
  });
  it('just before a cut leaves it where it is', () => {
    const flash = [...still(a, 10), ...still(lit(a, 60), 2)];
    expect(cutsIn([...flash, ...still(a, 6), ...still(b, 20)])).toEqual(at(18));
  });
});
