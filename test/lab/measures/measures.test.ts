import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { bootstrap } from '../../../lab/measures/bootstrap.js';
import { compareCuts } from '../../../lab/measures/cuts.js';
import { errorVersusReject } from '../../../lab/measures/error-versus-reject.js';
import { crossValidate, foldsOf } from '../../../lab/measures/folds.js';
import { detectionAndIdentification, rankOne } from '../../../lab/measures/identification.js';
import { countAppearances, wrongMerges } from '../../../lab/measures/merges.js';
import type { PersonTruth } from '../../../lab/measures/presence.js';
import { auc, scoresOf } from '../../../src/domain/scores/error-rates.js';

describe('identification', () => {
  const probes = [
    { own: 0.9, other: 0.1 },
    { own: 0.6, other: 0.2 },
    { own: 0.3, other: 0.25 },
    { own: 0.35, other: 0.4 },
  ];
  it('asks the own person to come first, and alone', () => {
    expect(rankOne(probes).errors).toBe(3);
    expect(rankOne([{ own: 0.5, other: 0.5 }]).rate).toBe(0);
  });
  it('sets the threshold by strangers, and asks for both rank and score', () => {
    expect(detectionAndIdentification(probes, 0).rate).toBe(0.5);
    const loose = detectionAndIdentification(probes, 0.25);
    expect(loose.rate).toBe(0.75);
    expect(loose.threshold).toBeCloseTo(0.25, 6);
  });
});

describe('error versus reject', () => {
  it('falls when the poor pairs are the wrong ones, and not when quality tells nothing', () => {
    const pairs = Array.from({ length: 10 }, (_, i) => ({ score: i < 2 ? 0.1 : 0.5, quality: i / 10 }));
    expect(errorVersusReject(pairs, 0.3, [0, 0.1, 0.2]).map(({ missed }) => missed.rate)).toEqual([0.2, 1 / 9, 0]);
    const useless = pairs.map((p) => ({ ...p, quality: 0.5 }));
    expect(errorVersusReject(useless.reverse(), 0.3, [0.2])[0]?.missed.errors).toBe(2);
  });
});

describe('folds', () => {
  const pair = (score: number, same: boolean) => ({ score, same });
  it('start where one person follows two', () => {
    expect(
      foldsOf([pair(1, true), pair(1, true), pair(0, false), pair(1, true), pair(0, false), pair(0, false)]).map(
        (f) => f.length,
      ),
    ).toEqual([3, 3]);
  });
  it('take the threshold from the others', () => {
    // Each fold is perfect at its own threshold, and half wrong at the other's.
    const result = crossValidate([
      [pair(0.9, true), pair(0.7, false)],
      [pair(0.5, true), pair(0.1, false)],
    ]);
    expect(result?.accuracies).toEqual([0.5, 0.5]);
    expect(crossValidate([[pair(1, true)]])).toBeNull();
  });
});

describe('bootstrap', () => {
  it('holds the measure, wider for fewer pairs', () => {
    const of = (n: number) => {
      const random = seededRandom(1);
      const scores = scoresOf(
        Array.from({ length: n }, () => 0.3 + random()),
        Array.from({ length: n }, () => random()),
      );
      return { value: auc(scores), ...bootstrap(scores, auc, seededRandom(2)) };
    };
    const few = of(30),
      many = of(1000);
    for (const { low, value, high } of [few, many]) expect(low < value && value < high).toBe(true);
    expect(few.high - few.low).toBeGreaterThan(3 * (many.high - many.low));
  });
});

describe('cuts', () => {
  it('are matched one to one, within the tolerance of the cut or the blend', () => {
    const truth = [
      { start_s: 1, end_s: 1 },
      { start_s: 3, end_s: 4 },
      { start_s: 6, end_s: 6 },
    ];
    expect(compareCuts(truth, [1.1, 3.9, 5], 0.1)).toEqual({ found: [true, true, false], surplus: [5], repeated: 0 });
    expect(compareCuts(truth, [0.95, 1.05, 6.2], 0.1)).toEqual({
      found: [true, false, false],
      surplus: [6.2],
      repeated: 1,
    });
  });
});

describe('identities against people', () => {
  const on = (...spans: [number, number][]) => new Map([['v', spans.map(([start_s, end_s]) => ({ start_s, end_s }))]]);
  const person = (id: string, sure: [number, number][], hard: [number, number][] = []): PersonTruth => ({
    id,
    sure: on(...sure),
    hard: on(...hard),
  });
  const ann = person('ann', [[0, 4]]),
    bea = person('bea', [[3, 8]]),
    cat = person('cat', [], [[8, 10]]);

  it('are wrong merges when they cover the time alone of two, hard time included', () => {
    const merges = (...spans: [number, number][]) =>
      wrongMerges([ann, bea, cat], [{ id: 'x', appearances: on(...spans) }]).flatMap(({ people }) => people);
    expect(merges([0, 4])).toEqual([]);
    expect(merges([0, 4.5])).toEqual([]);
    expect(merges([0, 5])).toEqual(['ann', 'bea']);
    expect(merges([5, 9])).toEqual(['bea', 'cat']);
  });
  it('are wrong merges across a cut between two groups of which nobody is ever alone', () => {
    const groups = [
      person('a', [[0, 5]]),
      person('b', [[0, 5]]),
      person('c', [[5, 10]]),
      person('d', [[5, 10]], [[4, 5]]),
    ];
    const merges = (...spans: [number, number][]) =>
      wrongMerges(groups, [{ id: 'x', appearances: on(...spans) }]).map(({ people }) => people.length);
    expect(merges([0, 10])).toEqual([2]);
    expect(merges([0, 5])).toEqual([]);
    // d may be there from 4 on, and a late cut is no merge.
    expect(merges([4, 10])).toEqual([]);
    expect(merges([0, 5.5])).toEqual([]);
  });
  it('miss and make up appearances', () => {
    const twice = person(
      'dan',
      [
        [0, 2],
        [5, 7],
      ],
      [[7, 8]],
    );
    expect(countAppearances(twice, on([0, 1.5], [6.5, 8], [10, 11]))).toEqual({
      true: 2,
      missed: 1,
      found: 3,
      made_up: 1,
    });
  });
});
