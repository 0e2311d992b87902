// One vector of a track's crops, and two tracks where it followed two people.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestOfPairs,
  type EmbeddedCrop,
  findSwitches,
  POOLING,
  poolingWeight,
  poolTrack,
  splitAt,
} from '../../../src/domain/tracks/track-pooling.js';

/** A unit vector at an angle: the cosine of two is that of their difference. */
const at = (degrees: number) => {
  const angle = (degrees * Math.PI) / 180;
  return Float32Array.of(Math.cos(angle), Math.sin(angle));
};
const angleOf = (cosine: number) => (Math.acos(cosine) * 180) / Math.PI;
const crop = (time_s: number, degrees: number, quality = 0.8): EmbeddedCrop => ({
  time_s,
  quality,
  vector: at(degrees),
  norm: 3,
});
/** A crop a second, at these angles. */
const crops = (degrees: readonly number[], quality = 0.8) => degrees.map((d, k) => crop(k, d, quality));
const none: number[] = [];
/** A crop a second of people who have nothing in common. */
const people = (numbers: readonly number[]) =>
  numbers.map((axis, k) => ({
    ...crop(k, 0),
    vector: Float32Array.from({ length: 25 }, (_, i) => Number(i === axis)),
  }));

describe('splitAt', () => {
  const items = [0, 1, 2, 3].map((time_s) => ({ time_s }));
  const times = (parts: { time_s: number }[][]) => parts.map((part) => part.map((i) => i.time_s));
  it('puts what lies at a time behind it', () => {
    expect(times(splitAt(items, [2]))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(times(splitAt(items, [0.5, 2.5]))).toEqual([[0], [1, 2], [3]]);
  });
  it('leaves all together without times, and parts empty in which nothing lies', () => {
    expect(times(splitAt(items, []))).toEqual([[0, 1, 2, 3]]);
    expect(times(splitAt(items, [0, 5]))).toEqual([[], [0, 1, 2, 3], []]);
  });
  it('loses nothing and keeps the order', () => {
    const rising = fc.array(fc.integer({ min: 0, max: 20 })).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(rising, rising, (have, cuts) => {
        const parts = splitAt(
          have.map((time_s) => ({ time_s })),
          cuts,
        );
        expect(parts).toHaveLength(cuts.length + 1);
        expect(parts.flat().map((i) => i.time_s)).toEqual(have);
      }),
    );
  });
});

describe('findSwitches', () => {
  it('leaves one person in one piece, jump or none', () => {
    expect(findSwitches(crops([0, 10, 20, 5]), none)).toEqual([]);
    expect(findSwitches(crops([0, 10, 20, 5]), [1.5])).toEqual([]);
    expect(findSwitches([], none)).toEqual([]);
    expect(findSwitches(crops([0]), none)).toEqual([]);
  });

  it('finds two people with good crops, halfway between the last of one and the first of the other', () => {
    expect(findSwitches(crops([0, 0, 90, 90, 90]), none)).toEqual([1.5]);
    expect(findSwitches(crops([0, 90, 90]), none)).toEqual([0.5]);
  });

  it('finds every one of several', () => {
    expect(findSwitches(people([0, 0, 1, 1, 2, 2]), none)).toEqual([1.5, 3.5]);
    expect(findSwitches(people([0, 0, 0, 1, 2, 2, 2, 2]), none)).toEqual([2.5, 3.5]);
  });

  it('is where the two sides are least alike, not where they first differ', () => {
    // The second crop is turned away a little: the switch is behind it.
    expect(findSwitches(crops([0, 30, 130, 130]), none)).toEqual([1.5]);
  });

  it('takes the time of the jump for a switch at a jump', () => {
    expect(findSwitches(crops([0, 0, 90, 90]), [1.2])).toEqual([1.2]);
  });

  it('splits only at those of several jumps whose sides are two people', () => {
    expect(findSwitches(crops([0, 5, 10, 90, 95, 100]), [0.9, 2.8, 4.2])).toEqual([2.8]);
    expect(findSwitches(people([0, 0, 1, 1, 2, 2]), [1.7, 3.9])).toEqual([1.7, 3.9]);
  });

  it('compares with all since the last switch, over jumps that were none', () => {
    // 0 and 60 are one person, 60 and 120 too; but not 0 and 60 together with 170.
    const parts = [...crops([0, 0, 60, 60]), crop(4, 120), crop(5, 120)];
    expect(findSwitches(parts, [2, 4])).toEqual([4]);
    expect(findSwitches(parts.slice(2), [4])).toEqual([]);
  });

  it('looks between jumps as well', () => {
    expect(findSwitches(people([0, 0, 1, 1, 2, 2]), [3.5])).toEqual([1.5, 3.5]);
    expect(findSwitches(people([0, 0, 1, 1, 2, 2]), [1.5])).toEqual([1.5, 3.5]);
  });

  it('does not mind jumps with no crop on one side', () => {
    expect(findSwitches(crops([0, 0, 90, 90]), [-1, 1.2, 9])).toEqual([1.2]);
    expect(findSwitches(crops([0, 0]), [-1, 9])).toEqual([]);
  });

  it('takes less alike than 0.3 for two people where both sides hold a good crop', () => {
    const limit = angleOf(POOLING.split);
    expect(findSwitches(crops([0, 0, limit + 1, limit + 1]), none)).toHaveLength(1);
    expect(findSwitches(crops([0, 0, limit - 1, limit - 1]), none)).toEqual([]);
    expect(findSwitches(crops([0, limit + 1]), [1])).toEqual([1]);
    expect(findSwitches(crops([0, limit - 1]), [1])).toEqual([]);
  });

  it('wants more of poor crops, which are unlike themselves: 0.12, and two of them a side', () => {
    const poor = POOLING.good - 0.1,
      limit = angleOf(POOLING.splitPoor);
    expect(findSwitches(crops([0, 0, limit + 1, limit + 1], poor), none)).toEqual([1.5]);
    expect(findSwitches(crops([0, 0, limit - 1, limit - 1], poor), none)).toEqual([]);
    expect(findSwitches(crops([0, 150], poor), none)).toEqual([]);
    expect(findSwitches(crops([0, 150], poor), [1])).toEqual([]);
    // One side is poor.
    const mixed = (degrees: number) => [crop(0, 0), crop(1, 0), crop(2, degrees, poor), crop(3, degrees, poor)];
    expect(findSwitches(mixed(limit - 1), none)).toEqual([]);
    expect(findSwitches(mixed(limit + 1), none)).toEqual([1.5]);
    expect(findSwitches(mixed(150).slice(0, 3), none)).toEqual([]);
    // One good crop makes a side good.
    expect(findSwitches([crop(0, 0), crop(1, 0), crop(2, 80, poor), crop(3, 80)], none)).toEqual([1.5]);
    expect(findSwitches([crop(0, 0), crop(1, 80, POOLING.good)], none)).toEqual([0.5]);
  });

  it('is less strict at a jump than between jumps, of poor crops', () => {
    const poor = POOLING.good - 0.1,
      between = (angleOf(POOLING.split) + angleOf(POOLING.splitPoor)) / 2;
    expect(findSwitches(crops([0, 0, between, between], poor), none)).toEqual([]);
    expect(findSwitches(crops([0, 0, between, between], poor), [2])).toEqual([2]);
  });

  it('weighs crops by their quality when it compares', () => {
    // The one good crop of each side says that they are two people; poor ones in between blur that.
    const blurred = [crop(0, 0), crop(1, 45, 0.01), crop(2, 45, 0.01), crop(3, 90)];
    expect(findSwitches(blurred, none)).toHaveLength(1);
  });
});

describe('findSwitches over leaps', () => {
  const leap = (time_s: number, isOneScene = false) => ({ time_s, isOneScene });
  const unlike = angleOf(POOLING.proof - 0.01),
    alike = angleOf(POOLING.proof + 0.01);

  it('asks that both sides are one person, of poor single crops too', () => {
    for (const quality of [0.8, 0.1]) {
      expect(findSwitches(crops([0, alike], quality), [0.5], [leap(0.5)])).toEqual([]);
      expect(findSwitches(crops([0, unlike], quality), [0.5], [leap(0.5)])).toEqual([0.5]);
    }
    // Of a jump that is no leap, the same are one.
    expect(findSwitches(crops([0, unlike], 0.1), [0.5])).toEqual([]);
  });

  it('gives what has no crop to nobody', () => {
    const some = [crop(0, 0), crop(2, 0)];
    expect(findSwitches(some, [1, 2], [leap(1), leap(2)])).toEqual([1, 2]);
    expect(findSwitches(some, [1, 2], [leap(1, true), leap(2)])).toEqual([1, 2]);
    expect(findSwitches(some, [1, 2], [leap(1), leap(2, true)])).toEqual([1, 2]);
    expect(findSwitches([crop(1, 0)], [1], [leap(1, true)])).toEqual([1]);
    expect(findSwitches([crop(0, 0)], [1, 2], [leap(1, true), leap(2, true)])).toEqual([1]);
  });

  it('gives it to whom the same scene shows before and after', () => {
    const inScene = [leap(1, true), leap(2, true), leap(3, true)];
    expect(findSwitches([crop(0, 0), crop(3, 10)], [1, 2, 3], inScene)).toEqual([]);
    expect(findSwitches([crop(0, 0), crop(3, unlike)], [1, 2, 3], inScene)).toEqual([1, 3]);
    expect(findSwitches([crop(0, 0), crop(2, 10)], [1, 2, 3], inScene)).toEqual([3]);
  });
});

describe('poolTrack', () => {
  it('is the crop itself where there is one', () => {
    const { vector, spread } = poolTrack([crop(0, 30)]);
    expect(vector[0]).toBeCloseTo(Math.cos(Math.PI / 6), 6);
    expect(spread).toBeCloseTo(0, 6);
  });
  it('is the mean direction, weighted by the square of the quality and a little', () => {
    expect(poolingWeight(crop(0, 0, 0.45))).toBeCloseTo(0.25, 9);
    expect(poolingWeight(crop(0, 0, 0))).toBeCloseTo(0.0025, 9);
    const { vector } = poolTrack([crop(0, 0, 0.95), crop(1, 60, 0.45)]);
    const x = 1 + 0.25 * Math.cos(Math.PI / 3),
      y = 0.25 * Math.sin(Math.PI / 3);
    expect(Math.atan2(vector[1] ?? NaN, vector[0] ?? NaN)).toBeCloseTo(Math.atan2(y, x), 5);
  });
  it('says how far the crops are from it, on average', () => {
    expect(poolTrack(crops([-30, 30])).spread).toBeCloseTo(1 - Math.cos(Math.PI / 6), 5);
    expect(poolTrack(crops([-30, 30, 0])).spread).toBeCloseTo(1 - (2 * Math.cos(Math.PI / 6) + 1) / 3, 5);
  });
  it('leaves out a crop that disagrees with the rest', () => {
    const { vector, spread } = poolTrack([...crops([0, 0, 0, 0]), crop(4, 110)]);
    expect(vector[0]).toBeCloseTo(1, 5);
    expect(spread).toBeCloseTo(0, 5);
    // One that agrees just enough stays in.
    const kept = poolTrack([...crops([0, 0, 0, 0]), crop(4, 60)]);
    expect(kept.vector[1]).toBeGreaterThan(0.1);
  });
  it('keeps all where all disagree with their mean', () => {
    const four = poolTrack(people([0, 1, 2, 3]));
    expect(four.spread).toBeCloseTo(0.5, 5);
    expect(four.vector[3]).toBeCloseTo(0.5, 5);
    const many = people(Array.from({ length: 25 }, (_, axis) => axis));
    expect(poolTrack(many).spread).toBeCloseTo(0.8, 5);
    expect(poolTrack(many).vector.every((v) => Math.abs(v - 0.2) < 1e-5)).toBe(true);
  });
});

describe('bestOfPairs', () => {
  const crops = (...qualities: number[]) => qualities.map((quality, i) => ({ time_s: i, quality }));
  const times = (of: { time_s: number }[]) => of.map((crop) => crop.time_s);

  it('leaves four crops as they are, and takes the better of each two of more', () => {
    expect(times(bestOfPairs(crops(0.1, 0.2, 0.3, 0.4), []))).toEqual([0, 1, 2, 3]);
    expect(times(bestOfPairs(crops(0.2, 0.1, 0.3, 0.4, 0.1), []))).toEqual([0, 3, 4]);
    // Of equals the first.
    expect(times(bestOfPairs(crops(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), []))).toEqual([0, 2, 4]);
  });

  it('takes no two on either side of a jump for a pair', () => {
    expect(times(bestOfPairs(crops(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), [5]))).toEqual([1, 3, 4, 5, 6, 7]);
  });
});
