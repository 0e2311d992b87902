// Boundaries found online, while frames come.
import { describe, expect, it } from 'vitest';
import { THUMBNAIL } from '../../../src/domain/shots/frame-thumbnails.js';
import { ShotDetector } from '../../../src/domain/shots/shot-detector.js';
import { blend, flat, lit, panned, picture, scene, still } from '../../support/pictures/thumbnails.js';

const [a, b, c] = [picture(scene(1, 0.6)), picture(scene(3, 0.6)), picture(scene(5, 0.6))];
const FPS = 25;

/** Times of all boundaries, and what was known after each frame. */
function detect(
  pictures: readonly Uint8Array[],
  { fps = FPS, hold_s = 1 } = {},
): { cuts: number[]; known: { settled_s: number; cuts: number[] }[] } {
  const detector = new ShotDetector(hold_s);
  const known = pictures.map((one, k) => {
    detector.push(one, k / fps);
    return { settled_s: detector.settled_s, cuts: [...detector.cuts] };
  });
  detector.end();
  expect(detector.settled_s).toBe(Infinity);
  return { cuts: detector.cuts, known };
}
const dissolve = (from: Uint8Array, to: Uint8Array, frames: number) =>
  Array.from({ length: frames }, (_, k) => blend(from, to, (k + 1) / (frames + 1)));

describe('ShotDetector', () => {
  it('tells the time of each new shot, also of one that has only just begun', () => {
    expect(detect([...still(a, 50), ...still(b, 50), ...still(c, 50)]).cuts).toEqual([2, 4]);
    expect(detect([...still(a, 50), b]).cuts).toEqual([2]);
    expect(detect([a, b]).cuts).toEqual([1 / FPS]);
    expect(detect([]).cuts).toEqual([]);
  });

  it('goes on for as long as frames come', () => {
    const shots = Array.from({ length: 5 }, (_, k) => picture(scene(k, 0.6)));
    // Neighbours are different scenes; each stays for a little longer than what is remembered.
    const { cuts } = detect(shots.flatMap((one) => still(one, 40)));
    expect(cuts).toEqual(Array.from({ length: 4 }, (_, k) => ((k + 1) * 40) / FPS));
  });

  it('tells a dissolve by its middle, once, and does not confuse it with the cut after it', () => {
    const { cuts } = detect([...still(a, 40), ...dissolve(a, b, 19), ...still(b, 41), ...still(c, 40)]);
    expect(cuts).toHaveLength(2);
    expect(Math.abs((cuts[0] ?? 0) - 49 / FPS)).toBeLessThanOrEqual(0.1);
    expect(cuts[1]).toBe(100 / FPS);
  });

  it('does not see a dissolve across a cut', () => {
    // What blends before the cut and what blends after it are of different scenes.
    const half = dissolve(a, b, 16);
    const { cuts } = detect([...still(a, 30), ...half.slice(0, 6), ...still(c, 40)]);
    expect(cuts).toEqual([36 / FPS]);
  });

  it('sees neither flashes nor motion', () => {
    const pan = Array.from({ length: 60 }, (_, k) => picture(panned(scene(1, 0.6), 2 * k)));
    expect(detect(pan).cuts).toEqual([]);
    for (const frames of [1, 3, 8, 12])
      expect(detect([...still(a, 30), ...still(lit(a, 60), frames), ...still(a, 30)]).cuts).toEqual([]);
    expect(detect([...still(a, 30), ...still(flat(255), 20), ...still(a, 60)], { fps: 60 }).cuts).toEqual([]);
  });

  it('settles nothing too early: what is settled is never added to', () => {
    const films = [
      [...still(a, 20), ...still(b, 20)],
      [...still(a, 14), ...dissolve(a, b, 16), ...still(b, 20)],
      [...still(a, 14), ...still(flat(255), 8), ...still(b, 24)],
      [...still(a, 14), ...still(flat(255), 8), ...still(a, 24)],
      [...still(a, 14), ...dissolve(a, b, 16), ...still(b, 4), ...still(c, 20)],
    ];
    for (const film of films)
      for (const hold_s of [0, 0.5]) {
        const { cuts, known } = detect(film, { hold_s });
        expect(cuts.length).toBeLessThanOrEqual(2);
        known.forEach((then, k) => {
          expect(then.cuts).toEqual(cuts.slice(0, then.cuts.length));
          // What comes later lies after what was settled.
          for (const later of cuts.slice(then.cuts.length)) expect(later).toBeGreaterThan(then.settled_s);
          expect(then.settled_s).toBeLessThanOrEqual(k / FPS);
          if (k > 0) expect(then.settled_s).toBeGreaterThanOrEqual(known[k - 1]?.settled_s ?? NaN);
        });
        expect(cuts).toEqual([...cuts].sort((x, y) => x - y));
      }
  });

  it('settles what is older than it holds frames for, and no later', () => {
    const { known } = detect(still(a, 60), { hold_s: 0.4 });
    for (const k of [30, 40, 59]) expect(known[k]?.settled_s).toBeCloseTo(k / FPS - 0.4, 9);
    // Held for nothing, a frame waits for the six after it, in which a cut may be blended.
    const soon = detect(still(a, 60), { hold_s: 0 }).known;
    for (const k of [30, 40, 59]) expect(soon[k]?.settled_s).toBeCloseTo((k - 6) / FPS, 9);
    // By default dissolves get a second.
    const detector = new ShotDetector();
    still(a, 60).forEach((one, k) => detector.push(one, k / FPS));
    expect(detector.settled_s).toBeCloseTo(59 / FPS - 1, 9);
  });

  it('waits for a flash to pass before it decides, but for half a second only', () => {
    const lasting = [...still(a, 40), ...still(lit(a, 60), 40)];
    const { known } = detect(lasting, { hold_s: 0 });
    // While light may be a flash nothing of it is settled …
    for (const k of [47, 50]) expect(known[k]?.settled_s).toBeCloseTo(39 / FPS, 9);
    // … then all is as usual.
    expect(known[60]?.settled_s).toBeCloseTo(54 / FPS, 9);
    const quick = detect([...still(a, 40), ...still(lit(a, 60), 56)], { fps: 200, hold_s: 0 }).known;
    // At 200 frames a second half of one is more than it remembers: it decides then.
    expect(quick[90]?.settled_s).toBeCloseTo(84 / 200, 9);
  });

  it('waits for no frame longer than it is told to, nor sees further, whenever it is told that time has passed', () => {
    // Scenes of one to nine frames, 2.5 s each: two more of them are seen within 6 s, four more within 10.
    const film = [6, 2, 9, 5, 1, 7, 3, 8, 4].flatMap((frames, k) => still(picture(scene(k, 0.6)), frames));
    const cutsWith = (wait_s: number, toldEvery_s: number): number[] => {
      const detector = new ShotDetector(1, wait_s);
      const known: { settled_s: number; cuts: number }[] = [];
      film.forEach((one, k) => {
        for (let t = 2.5 * (k - 1); t < 2.5 * k; t += toldEvery_s) {
          detector.reach(t);
          known.push({ settled_s: detector.settled_s, cuts: detector.cuts.length });
        }
        detector.push(one, 2.5 * k);
      });
      detector.reach(2.5 * film.length + wait_s);
      expect(detector.settled_s).toBeGreaterThanOrEqual(2.5 * film.length);
      for (const { settled_s, cuts } of known) expect(detector.cuts[cuts] ?? Infinity).toBeGreaterThan(settled_s);
      return detector.cuts;
    };
    for (const wait_s of [6, 10]) {
      const cuts = cutsWith(wait_s, 0.2);
      expect(cuts.length).toBeGreaterThan(2);
      for (const toldEvery_s of [0.7, 1.9, 2.5, Infinity]) expect(cutsWith(wait_s, toldEvery_s)).toEqual(cuts);
    }
  });

  it('puts a dissolve whose middle is settled by then right after what is settled', () => {
    const film = [...still(a, 40), ...dissolve(a, b, 19), ...still(b, 60)];
    const held = detect(film).cuts,
      unheld = detect(film, { hold_s: 0 });
    expect(unheld.cuts).toHaveLength(1);
    expect(unheld.cuts[0]).toBeGreaterThan(held[0] ?? NaN);
    const told = unheld.known.findIndex((then) => then.cuts.length > 0);
    expect(unheld.cuts[0]).toBeCloseTo((unheld.known[told - 1]?.settled_s ?? NaN) + 1 / FPS, 9);
  });

  it('copies what it is given, and leaves out a frame that goes back in time', () => {
    const buffer = new Uint8Array(THUMBNAIL.bytes);
    const detector = new ShotDetector();
    [...still(a, 50), ...still(b, 50)].forEach((one, k) => {
      buffer.set(one);
      detector.push(buffer, k / FPS);
      // Neither the same time again nor an earlier one.
      buffer.set(c);
      detector.push(buffer, k / FPS);
      detector.push(buffer, (k - 1) / FPS);
    });
    detector.end();
    expect(detector.cuts).toEqual([2]);
  });
});
