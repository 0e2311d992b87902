/** Which questions are worth asking, by hand-made faces along a few axes. */
import { describe, expect, it } from 'vitest';
import { toTheEnd } from '../../../lab/measures/to-the-end.js';
import {
  LEAST_CHANCE,
  leastToAsk,
  mergeQuestion,
  profileOf,
  splitQuestion,
  type WeighedFace,
} from '../../../src/domain/people/suggestions.js';
import { normalise } from '../../../src/domain/vectors.js';

const EVIDENCE = { zero: 0.2, poor: 0.1, slope: 20, rise: 0.05, steeper: 1 };

const face = (vector: readonly number[], quality = 1, population_excess = 0): WeighedFace => {
  const unit = Float32Array.from(vector);
  normalise(unit);
  return { vector: unit, quality, population_excess };
};

const split = (tracks: readonly WeighedFace[], evidence: typeof EVIDENCE) => toTheEnd(splitQuestion(tracks, evidence));

describe('somebody', () => {
  it('is the mean of their tracks, by quality', () => {
    const { vector, ...rest } = profileOf([face([1, 0], 0.9, 0.1), face([0, 1], 0.4, 0.4)]);
    // Weights are 1 and 0.5.
    expect([...vector].map((x) => x.toFixed(3))).toEqual(['0.667', '0.333']);
    expect(rest.population_excess).toBeCloseTo(0.2);
    expect(rest.quality).toBeCloseTo((0.9 + 0.2) / 1.5);
    expect(rest.tracks).toBe(2);
  });
});

describe('whether two are one', () => {
  const alone = profileOf([face([1, 0])]);
  const alike = (score: number) => profileOf([face([score, Math.sqrt(1 - score ** 2)])]);
  it('is even where the score speaks neither way and nobody else is there', () => {
    const question = mergeQuestion(alone, alike(0.2), 1, EVIDENCE);
    expect(question.score).toBeCloseTo(0.2);
    expect(question.chance).toBeCloseTo(0.5);
    expect(question.gain).toBeCloseTo(0.5);
  });
  it('is the likelier the more alike, and the less likely the more people there are', () => {
    // Odds of 20 × 0.1; half the logarithm of a hundred people against.
    expect(mergeQuestion(alone, alike(0.3), 1, EVIDENCE).chance).toBeCloseTo(1 / (1 + Math.exp(-2)));
    expect(mergeQuestion(alone, alike(0.3), 100, EVIDENCE).chance).toBeCloseTo(1 / (1 + Math.exp(-2 + Math.log(10))));
    expect(mergeQuestion(alone, alike(0.3), 0, EVIDENCE)).toEqual(mergeQuestion(alone, alike(0.3), 1, EVIDENCE));
  });
  it('takes off what such faces share with everybody, and forgives poor pictures', () => {
    const common = profileOf([face([1, 0], 1, 0.2)]);
    expect(mergeQuestion(common, alike(0.3), 1, EVIDENCE).score).toBeCloseTo(0.2);
    expect(mergeQuestion(common, common, 1, EVIDENCE).score).toBeCloseTo(0.8);
    const poor = [profileOf([face([1, 0], 0)]), profileOf([face([0.3, Math.sqrt(0.91)], 0)])] as const;
    expect(mergeQuestion(...poor, 1, EVIDENCE).chance).toBeCloseTo(1 / (1 + Math.exp(-4)));
  });
  it('asks more of means of many, believes them more, and gains by the smaller one', () => {
    const many = profileOf([face([1, 0]), face([1, 0]), face([1, 0]), face([1, 0])]);
    const other = profileOf(Array.from({ length: 4 }, () => face([0.4, Math.sqrt(0.84)])));
    // (4 + 4) / 32 = 1/4: many is 3/4.
    const odds = 20 * 1.75 * (0.4 - 0.2 - 0.05 * 0.75);
    const question = mergeQuestion(many, other, 1, EVIDENCE);
    expect(question.chance).toBeCloseTo(1 / (1 + Math.exp(-odds)));
    expect(question.gain).toBeCloseTo(question.chance * 4);
    const uneven = mergeQuestion(many, alike(0.4), 1, EVIDENCE);
    expect(uneven.gain).toBeCloseTo((uneven.chance * 2 * 4) / 5);
  });
});

describe('whether one is two', () => {
  it('is asked of two tracks at least', () => {
    expect(split([], EVIDENCE)).toBeNull();
    expect(split([face([1, 0])], EVIDENCE)).toBeNull();
  });
  it('cuts between the two least alike, and names the smaller side', () => {
    const tracks = [face([1, 0, 0]), face([0, 1, 0]), face([0.9, 0.1, 0]), face([0.1, 1, 0]), face([1, 0.1, 0.1])];
    const question = split(tracks, EVIDENCE);
    expect(question?.part).toEqual([1, 3]);
    expect(question?.chance).toBeGreaterThan(0.9);
    expect(question?.gain).toBeCloseTo(((question?.chance ?? 0) * 2 * 2 * 3) / 5);
    // The other way round it is the same cut.
    expect(split([...tracks].reverse(), EVIDENCE)?.part).toEqual([1, 3]);
  });
  it('is as likely as the two sides are not one person', () => {
    const question = split([face([1, 0]), face([0.15, Math.sqrt(1 - 0.15 ** 2)])], EVIDENCE);
    // 0.05 below the score that speaks neither way.
    expect(question?.chance).toBeCloseTo(1 / (1 + Math.exp(-1)), 5);
    expect(question?.score).toBeCloseTo(0.15);
  });
  it('is unlikely where all are alike', () => {
    const tracks = Array.from({ length: 6 }, (_, k) => face([1, 0.05 * k, 0]));
    expect(split(tracks, EVIDENCE)?.chance).toBeLessThan(1e-3);
  });
  it('moves tracks to the side whose mean is nearer, whatever the first two were', () => {
    // The outlier of one side lies near the seed of the other, but nearer to its own side's mean.
    const tracks = [
      [0, 1],
      [20, 1],
      [30, 1],
      [38, 1],
      [90, 1],
      [60, 1],
      [62, 1],
    ].map(([degrees = 0, quality]) =>
      face([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)], quality),
    );
    expect(split(tracks, EVIDENCE)?.part).toEqual([4, 5, 6]);
  });
  it('is cut by the best 150; the others go to the nearer side', () => {
    const [a, b] = [
      [1, 0],
      [0, 1],
    ];
    const good = Array.from({ length: 150 }, (_, k) => face(k < 140 ? (a ?? []) : (b ?? []), 0.9));
    // The last is less like anybody than those two are to each other: were it looked at, the cut would be beside it.
    const poor = [face([0.1, 1], 0.1), face([1, 0.1], 0.1), face([0, 1], 0.2), face([-1, -0.9], 0.05)];
    const question = split([...poor, ...good], EVIDENCE);
    expect(question?.part).toEqual([0, 2, 3, ...Array.from({ length: 10 }, (_, k) => 144 + k)]);
  });
});

it('asks of single tracks only above a score that the number of people raises', () => {
  for (const people of [1, 100]) {
    const least = leastToAsk(people, EVIDENCE);
    const at = profileOf([face([least, Math.sqrt(1 - least ** 2)], 0)]);
    const { chance } = mergeQuestion(profileOf([face([1, 0], 0)]), at, people, EVIDENCE);
    expect(chance).toBeCloseTo(LEAST_CHANCE, 4);
  }
});
