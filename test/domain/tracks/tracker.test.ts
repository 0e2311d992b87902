import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChangedAt, KEPT, type TrackDraft } from '../../../src/domain/tracks/open-track.js';
import { createTracker, TRACKING } from '../../../src/domain/tracks/tracker.js';
import { CROP_SIDE, type Face } from '../../../src/domain/types.js';
import { face } from './tracked-face.js';

/** One with a crop; looking at crops costs most of the time here. */
const cropped = (x: number, options: Partial<Face> = {}): Face =>
  face(x, { crop: new Uint8Array([x & 255]), ...options });

/** Runs samples of 0.2 s; each is the faces seen, with an optional shot number. */
function run(samples: (readonly Face[])[], shots: readonly number[] = [], changedAt?: ChangedAt): TrackDraft[] {
  const tracker = createTracker(5, undefined, changedAt);
  const ended = samples.flatMap((faces, k) => tracker.step(k * 0.2, shots[k] ?? 0, faces));
  return [...ended, ...tracker.finish()];
}

/** What a face looks like: a crop that has its own stripes. */
const looking = (person: number) =>
  Uint8Array.from({ length: CROP_SIDE ** 2 * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return 120 + 100 * Math.sin((person === 0 ? pixel % CROP_SIDE : Math.floor(pixel / CROP_SIDE)) / (6 + person));
  });
const [first, second] = [looking(0), looking(1)];

describe('createTracker', () => {
  it('keeps two people who stand still apart, and one track each', () => {
    const tracks = run(Array.from({ length: 10 }, () => [face(0), face(200)]));
    expect(tracks.map((t) => t.samples.length)).toEqual([10, 10]);
  });

  it('follows two people who walk past each other by their motion', () => {
    const tracks = run(Array.from({ length: 21 }, (_, k) => [face(k * 20), face(400 - k * 20 + 7)]));
    const ends = tracks
      .filter((t) => t.samples.length >= 10)
      .map((t) => [t.samples[0]?.box.x, t.samples.at(-1)?.box.x]);
    expect(ends).toContainEqual([0, 400]);
    expect(ends).toContainEqual([407, 7]);
  });

  it('cuts every track at a shot boundary even when the next face stands in the same place', () => {
    const tracks = run([[face(0)], [face(0)], [face(0)], [face(0)]], [0, 0, 1, 1]);
    expect(tracks.map((t) => [t.shot, t.samples.length])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it('bridges a gap shorter than its patience and ends at a longer one', () => {
    expect(run([[face(0)], [], [], [face(0)]])).toHaveLength(1);
    expect(run([[face(0)], [], [], [], [], [face(0)]])).toHaveLength(2);
  });

  it('lets weak detections prolong a track to either side, but make none of their own', () => {
    const weak = face(0, { score: 0.4, gated: 'low_score' });
    expect(run([[weak], [weak], [weak]])).toHaveLength(0);
    expect(run([[weak], [weak], [face(0)], [weak]]).map((t) => t.samples.length)).toEqual([4]);
  });

  it('keeps a bounded number of crops, spread over the track, the best of each stretch', () => {
    const samples = Array.from({ length: 125 }, (_, k) => [cropped(0, { quality: k % 7 === 3 ? 0.9 : 0.3 })]);
    const crops = run(samples)[0]?.crops ?? [];
    expect(crops.length).toBeLessThanOrEqual(KEPT.crops);
    expect(crops.length).toBeGreaterThan(KEPT.crops / 2 - 1);
    expect(crops.every((c) => c.quality === 0.9)).toBe(true);
    // Of 25 s: from the first stretch and from the last.
    expect(crops[0]?.time_s).toBeLessThan(25 / 4);
    expect(crops.at(-1)?.time_s).toBeGreaterThan((25 * 3) / 4);
  });

  it('ends a track after its patience, not a moment before, and says so at once', () => {
    const seenAgain = (after_s: number) => {
      const tracker = createTracker(5);
      tracker.step(1, 0, [face(0)]);
      return { ended: tracker.step(1 + after_s, 0, [face(0)]), rest: tracker.finish() };
    };
    const patient = seenAgain(TRACKING.patience_s - 0.01);
    expect(patient.ended).toEqual([]);
    expect(patient.rest.map((t) => t.samples.length)).toEqual([2]);
    const over = seenAgain(TRACKING.patience_s + 0.01);
    expect(over.ended.map((t) => t.samples.map((s) => s.time_s))).toEqual([[1]]);
    expect(over.rest.map((t) => t.samples.map((s) => s.time_s))).toEqual([[1 + TRACKING.patience_s + 0.01]]);
    // To the moment it still waits.
    const exactly = createTracker(5);
    exactly.step(0, 0, [face(0)]);
    expect(exactly.step(TRACKING.patience_s, 0, [face(0)])).toEqual([]);
    expect(exactly.finish().map((t) => t.samples.length)).toEqual([2]);
    // Samples in which nobody is seen end it as well.
    const tracker = createTracker(5);
    tracker.step(0, 0, [face(0)]);
    expect(tracker.step(0.6, 0, [])).toEqual([]);
    expect(tracker.step(0.8, 0, [])).toHaveLength(1);
    expect(tracker.finish()).toEqual([]);
  });

  it('is empty once it has finished', () => {
    const tracker = createTracker(5);
    tracker.step(0, 3, [face(0)]);
    expect(tracker.finish()).toHaveLength(1);
    expect(tracker.finish()).toEqual([]);
    // The same shot and place again is a new track.
    tracker.step(0.2, 3, [face(0)]);
    expect(tracker.finish()).toMatchObject([{ shot: 3, samples: [{ time_s: 0.2 }] }]);
  });

  it('keeps of each sample what it is told of the face', () => {
    const [track] = run([[cropped(7, { score: 0.7, quality: 0.3 })]]);
    expect(track).toEqual({
      shot: 0,
      samples: [{ time_s: 0, box: { x: 7, y: 100, w: 40, h: 40 }, score: 0.7, quality: 0.3 }],
      crops: [{ time_s: 0, quality: 0.3, box: { x: 7, y: 100, w: 40, h: 40 }, crop: new Uint8Array([7]) }],
      jumps: [],
      leaps: [],
      profiles: [],
    });
  });

  it('keeps the best of profiles, in order of time, apart from the crops', () => {
    const profile = (quality: number) => ({ quality, crop: new Uint8Array([quality * 100]) });
    const [track] = run(
      [0.4, 0.2, 0.5, 0.1, 0.3, 0.6].map((q) => [face(0, { gated: 'profile', quality: 0, profile: profile(q) })]),
    );
    expect(track?.profiles.map(({ quality }) => quality)).toEqual([0.4, 0.5, 0.3, 0.6]);
    expect(track?.profiles[1]).toEqual({ time_s: 0.4, box: face(0).box, ...profile(0.5) });
    expect(track?.crops).toEqual([]);
  });

  it('starts a track with a sure enough detection only', () => {
    expect(run([[face(0, { score: TRACKING.startScore })]])).toHaveLength(1);
    expect(run([[face(0, { score: TRACKING.startScore - 0.01 })]])).toHaveLength(0);
  });

  it('gives a track to the sure detection before a weak one that lies better', () => {
    const [track, ...others] = run([[face(0)], [face(0, { score: 0.4 }), face(12)]]);
    expect(track?.samples.map((s) => s.box.x)).toEqual([0, 12]);
    // The weak one is what is left over, and starts none.
    expect(others).toEqual([]);
  });

  it('gives each detection to the track that it lies best for, whatever the order', () => {
    const paths = (tracks: TrackDraft[]) => tracks.map((t) => t.samples.map((s) => s.box.x));
    for (const second of [
      [face(4), face(24)],
      [face(24), face(4)],
    ])
      expect(paths(run([[face(0), face(30)], second])).sort()).toEqual([
        [0, 4],
        [30, 24],
      ]);
  });

  it('gives a face that passes before another, and overlaps it more, to the track of its own size', () => {
    const box = (x: number, y: number, w: number, h: number) => ({ box: { x, y, w, h } });
    // As in a film: the nearer face comes in front of the farther one, which is seen no more.
    const tracks = run([
      [face(0, box(946, 714, 82, 103)), face(0, box(913, 695, 58, 75))],
      [face(0, box(918, 673, 85, 109))],
    ]);
    expect(tracks.map((t) => t.samples.map((s) => s.box.w)).sort()).toEqual([[58], [82, 85]]);
  });

  it('asks more overlap of a weak detection than of a sure one', () => {
    // Boxes 40 wide, 22 apart: affinity 0.38.
    const lengths = (score: number) => run([[face(0)], [face(22, { score })]]).map((t) => t.samples.length);
    expect(lengths(0.95)).toEqual([2]);
    expect(lengths(0.4)).toEqual([1]);
    expect(run([[face(0)], [face(14, { score: 0.4 })]]).map((t) => t.samples.length)).toEqual([2]);
  });

  it('follows a small face that moved past its own width, not one that is far off', () => {
    const tracks = (by: number) => run([[face(0)], [face(by)]]).length;
    // Nothing overlaps from 40 on; affinity is 0.7 (1 − d / 48).
    expect(tracks(30)).toBe(1);
    expect(tracks(32)).toBe(2);
    const up = run([[face(0)], [face(0, { box: { x: 0, y: 70, w: 40, h: 40 } })]]);
    expect(up).toHaveLength(1);
    expect(run([[face(0)], [face(0, { box: { x: 0, y: 66, w: 40, h: 40 } })]])).toHaveLength(2);
  });

  it('follows a face that crosses the picture in great steps by what it looks like', () => {
    const paths = (samples: Face[][]) => run(samples).map((t) => t.samples.map((s) => s.box.x));
    const step = TRACKING.far.reach * 40;
    const at = (x: number, crop: Uint8Array, options: Partial<Face> = {}) => face(x, { crop, ...options });
    expect(paths([[at(0, first)], [at(step, first)], [at(2 * step, first)]])).toEqual([[0, step, 2 * step]]);
    // Two at once that come towards each other.
    const [left, right] = [at(0, first), at(180, second)];
    expect(
      paths([
        [left, right],
        [at(100, second), at(80, first)],
      ]).sort(),
    ).toEqual([
      [0, 80],
      [180, 100],
    ]);
    const apart: [Face, Face][] = [
      [at(0, first), at(step, second)],
      [at(0, first), at(step + 1, first)],
      [at(0, first), at(step, first, { score: 0.5 })],
      [at(0, first), at(60, first, { box: { x: 60, y: 100, w: 26, h: 40 } })],
      // What has no crop looks like nobody.
      [at(0, first), face(step)],
      [face(0), at(step, first)],
    ];
    for (const [one, next] of apart) {
      const [track] = paths([[one], [next]]);
      expect(track).toEqual([0]);
    }
    // Not seen for a sample, it may be anywhere, and so may another.
    expect(paths([[at(0, first)], [], [at(step, first)]])).toEqual([[0], [step]]);
    expect(paths([[at(0, first)], [face(0)], [at(step, first)]])).toEqual([[0, 0], [step]]);
  });

  it('does not take a face of half the width or twice the width for the same', () => {
    const then = (w: number) => run([[face(0)], [face(0, { box: { x: 20 - w / 2, y: 120 - w / 2, w, h: w } })]]).length;
    expect(then(22)).toBe(1);
    expect(then(19)).toBe(2);
    expect(then(78)).toBe(1);
    expect(then(82)).toBe(2);
    // Not even where it covers half of it: there is another face now.
    expect(run([[face(0)], [face(0, { box: { x: 0, y: 100, w: 19, h: 40 } })]])).toHaveLength(2);
    // The less alike two widths are, the nearer the faces must be.
    expect(run([[face(0)], [face(0, { box: { x: 26, y: 108, w: 24, h: 24 } })]])).toHaveLength(2);
    expect(run([[face(0)], [face(0, { box: { x: 20, y: 108, w: 24, h: 24 } })]])).toHaveLength(1);
  });

  it('lets a detection prolong one track only', () => {
    expect(run([[face(0), face(20)], [face(10)]]).map((t) => t.samples.length)).toEqual([2, 1]);
  });

  it('expects a face that moves to go on, down as well as along', () => {
    const moving = (k: number) => face(0, { box: { x: 24 * k, y: 100 + 18 * k, w: 40, h: 40 } });
    // Missing for two samples, it is found 72 and 54 pixels further on.
    const tracks = run([[moving(0)], [moving(1)], [moving(2)], [moving(3)], [], [], [moving(6)]]);
    expect(tracks.map((t) => t.samples.length)).toEqual([5]);
    // One that rested is not looked for there.
    expect(run([[moving(3)], [moving(3)], [moving(3)], [moving(3)], [], [], [moving(6)]])).toHaveLength(2);
  });

  it('expects no more than a face has shown: speed is averaged with what it was', () => {
    // At rest, then one step of 20 in 0.2 s: 50 pixels a second are expected, 20 in the 0.4 s that come.
    const seenAt = (x: number) => run([[face(0)], [face(0)], [face(20)], [], [face(x)]]).length;
    expect(seenAt(40 + 29)).toBe(1);
    expect(seenAt(40 + 33)).toBe(2);
    // Where it was last it is looked for as well.
    expect(seenAt(20 - 23)).toBe(1);
    expect(seenAt(20 - 26)).toBe(2);
  });

  it('takes a second detection of a followed face for no new one', () => {
    const tracks = run([[face(0)], [face(0), face(8, { score: 0.8 })], [face(0)]]);
    expect(tracks.map((t) => t.samples.length)).toEqual([3]);
    // A face beside it is one.
    expect(run([[face(0)], [face(0), face(25, { score: 0.8 })]])).toHaveLength(2);
    // And a face is new where a track was that is not seen now.
    expect(run([[face(0)], [face(0), face(200)], [face(200)], [face(200), face(90)]])).toHaveLength(3);
  });

  it('ends all tracks at a boundary, also those not seen just before it', () => {
    const tracks = run([[face(0), face(200)], [face(0)], [face(0)]], [0, 0, 1]);
    expect(tracks.map((t) => [t.shot, t.samples.length]).sort()).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
    ]);
  });
});

describe('the state of a tracker', () => {
  // Two people, of whom one walks; looks change, so that jumps, crops and speed all matter.
  const seen = (k: number) => [
    cropped(0, { quality: 0.3 + ((k * 7) % 10) / 20, crop: k < 6 ? first : second }),
    cropped(200 + 15 * k, { quality: 0.5 }),
  ];
  /** All but the pictures, which take long to compare. */
  const told = (of: unknown) =>
    JSON.stringify(of, (key, value: unknown) => (key === 'crop' || key === 'look' ? undefined : value));
  const goOn = (tracker: ReturnType<typeof createTracker>, from: number) => {
    const ended = Array.from({ length: 20 - from }, (_, k) => tracker.step((from + k) * 0.2, 2, seen(from + k)));
    return [...ended.flat(), ...tracker.finish()];
  };

  it('lets another one go on as this one would have', () => {
    const straight = goOn(createTracker(5), 0);
    expect(straight.map((t) => t.samples.length)).toEqual([20, 20]);
    for (const at of [1, 7, 8, 11]) {
      const left = createTracker(5);
      for (let k = 0; k < at; k++) left.step(k * 0.2, 2, seen(k));
      expect(told(goOn(createTracker(5, structuredClone(left.state())), at))).toBe(told(straight));
    }
  });
  it('stays as it was, whatever comes after it to either tracker', () => {
    const tracker = createTracker(5);
    for (let k = 0; k < 11; k++) tracker.step(k * 0.2, 2, seen(k));
    const state = tracker.state(),
      then = told(state);
    goOn(createTracker(5, state), 11);
    expect(told(state)).toBe(then);
    goOn(tracker, 11);
    expect(told(state)).toBe(then);
    expect(state.open.map((t) => t.jumps.length)).toEqual([1, 0]);
    expect(state.open[0]?.crops.length).toBeGreaterThan(0);
  });
});

describe('the crops of a track', () => {
  const times = (track: TrackDraft | undefined) => (track?.crops ?? []).map((c) => Number(c.time_s.toFixed(1)));

  it('are those of samples that have one', () => {
    const without = face(0);
    expect(times(run([[without], [cropped(0)], [without]])[0])).toEqual([0.2]);
    expect(run([[without], [without]])[0]?.crops).toEqual([]);
  });

  it('are the best of two samples each, while there are few', () => {
    const of = (...qualities: number[]) => times(run(qualities.map((quality) => [cropped(0, { quality })]))[0]);
    expect(of(0.5, 0.4)).toEqual([0]);
    expect(of(0.4, 0.5)).toEqual([0.2]);
    expect(of(0.5, 0.4, 0.3, 0.6, 0.7)).toEqual([0, 0.6, 0.8]);
    // Of equals the first.
    expect(of(0.5, 0.5, 0.5)).toEqual([0, 0.4]);
  });

  it('stand for twice the time each once there would be more than eight', () => {
    const quality = (k: number) => [0.1, 0.2, 0.9, 0.3, 0.4, 0.8, 0.7, 0.2, 0.6, 0.1][k % 10] ?? 0;
    const samples = Array.from({ length: 18 }, (_, k) => [cropped(0, { quality: quality(k) })]);
    expect(times(run(samples.slice(0, 16))[0])).toEqual([0.2, 0.4, 1, 1.2, 1.6, 2.2, 2.4, 3]);
    // Stretches of four samples: 0 to 3, 4 to 7, and so on, 16 to 17.
    expect(times(run(samples)[0])).toEqual([0.4, 1, 1.6, 2.4, 3.2]);
  });

  it('of any length are at most eight, the best of equal stretches of it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 }), (qualities) => {
        const [track] = run(qualities.map((q) => [cropped(0, { quality: q / 1000 })]));
        // Two samples a stretch, twice as many as often as needed.
        let stretch = 2;
        while (Math.ceil(qualities.length / stretch) > KEPT.crops) stretch *= 2;
        const best: number[] = [];
        for (let from = 0; from < qualities.length; from += stretch)
          best.push(Math.max(...qualities.slice(from, from + stretch)) / 1000);
        expect(track?.crops.map((c) => c.quality)).toEqual(best);
      }),
      { numRuns: 10, examples: [[Array.from({ length: 66 }, (_, k) => (k * 37) % 101)]] },
    );
  });

  it('come from either side of a jump, whose time is asked for: where, and between which crops', () => {
    const asked: unknown[] = [];
    const changedAt: ChangedAt = (box, from_s, to_s) => {
      asked.push([box.x, Number(from_s.toFixed(1)), Number(to_s.toFixed(1))]);
      return 0.52;
    };
    // Of the sample between there is no crop: the face was followed.
    const seen = [first, first, undefined, second, second].map((crop, k) => [crop ? cropped(k, { crop }) : face(k)]);
    const [track] = run(seen, [], changedAt);
    expect(asked).toEqual([[3, 0.2, 0.6]]);
    expect(track?.jumps).toEqual([0.52]);
    expect(run(seen)[0]?.jumps.map((t) => Number(t.toFixed(1)))).toEqual([0.4]);
  });

  it('are as many again after each jump to another face', () => {
    const of = (people: number[]) =>
      run(people.map((person, k) => [cropped(0, { crop: person === 0 ? first : second, quality: 0.3 + 0.01 * k })]))[0];
    const track = of([0, 0, 0, 0, 1, 1, 1, 1]);
    // In the middle between the last sample of the first face and the first of the second.
    expect(track?.jumps.map((t) => Number(t.toFixed(1)))).toEqual([0.7]);
    expect(times(track)).toEqual([0.2, 0.6, 1, 1.4]);
    expect(of([0, 0, 0, 0, 0])?.jumps).toEqual([]);
    // There and back at once, as when something passes before the face, is none.
    expect(of([0, 0, 0, 1, 0, 0, 0])?.jumps).toEqual([]);
    const twice = of([0, 0, 0, 1, 1, 1, 1, 0, 0, 0]);
    expect(twice?.jumps.map((t) => Number(t.toFixed(1)))).toEqual([0.5, 1.3]);
    expect(times(twice)).toEqual([0.2, 0.4, 0.8, 1.2, 1.6, 1.8]);
    expect(of([0, 0, 0, 1, 1, 0, 0, 0])?.jumps.map((t) => Number(t.toFixed(1)))).toEqual([0.5, 0.9]);
    // Stretches of four samples, counted from the jump at 0.6 s; the last of each is the best.
    const after = times(of([...Array<number>(3).fill(0), ...Array<number>(20).fill(1)])).slice(2);
    expect(after).toEqual([1.2, 2, 2.8, 3.6, 4.4]);
    const long = of([...Array<number>(20).fill(0), ...Array<number>(20).fill(1)]);
    expect(times(long)).toHaveLength(2 * 5);
    expect(times(long).filter((t) => t < 4)).toHaveLength(5);
  });
});
