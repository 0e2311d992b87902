import { describe, expect, it } from 'vitest';
import {
  compareTo,
  scorePresence,
  togetherBounds,
  type PersonTruth,
  type Timeline,
} from '../../../lab/measures/presence.js';

const on = (video: string, ...spans: [number, number][]): Timeline =>
  new Map([[video, spans.map(([start_s, end_s]) => ({ start_s, end_s }))]]);
const person = (id: string, sure: Timeline, hard: Timeline = new Map()): PersonTruth => ({ id, sure, hard });

describe('compareTo', () => {
  it('counts missed and extra seconds and leaves hard time out', () => {
    const truth = person('a', on('v', [0, 4], [6, 8]), on('v', [4, 5]));
    // 1..5.5 finds 3 of 6 s, touches 1 s of hard time, and is wrong from 5 to 5.5.
    const r = compareTo(truth, on('v', [1, 5.5]));
    expect(r.true_s).toBeCloseTo(6);
    expect(r.missed_s).toBeCloseTo(3);
    expect(r.extra_s).toBeCloseTo(0.5);
    expect(r.iou).toBeCloseTo(3 / 6.5);
  });

  it('keeps videos apart', () => {
    const r = compareTo(person('a', on('v', [0, 4])), on('w', [0, 4]));
    expect(r).toEqual({ true_s: 4, missed_s: 4, extra_s: 4, iou: 0 });
  });

  it('leaves ignored time out on both sides', () => {
    const r = compareTo(person('a', on('v', [0, 4])), on('v', [2, 6]), on('v', [0, 2], [4, 5]));
    expect(r).toEqual({ true_s: 2, missed_s: 0, extra_s: 1, iou: 2 / 3 });
  });

  it('does not count an appearance twice that is given twice', () => {
    expect(compareTo(person('a', on('v', [0, 4])), on('v', [0, 3], [1, 4])).iou).toBe(1);
  });
});

describe('scorePresence', () => {
  const truth = [person('a', on('v', [0, 4])), person('b', on('v', [3, 8])), person('c', new Map(), on('v', [0, 1]))];

  it('pairs each identity with the person it fits best', () => {
    const score = scorePresence(truth, [
      { id: '2', appearances: on('v', [3, 8]) },
      { id: '1', appearances: on('v', [0, 4]) },
    ]);
    expect(score.people.map((p) => [p.person, p.identity, p.iou])).toEqual([
      ['a', '1', 1],
      ['b', '2', 1],
    ]);
    expect(score).toMatchObject({ surplus: [], wrong_share: 0 });
  });

  it('calls the second half of a split person surplus and what it covers missed', () => {
    const score = scorePresence(truth, [
      { id: '1', appearances: on('v', [0, 2.5]) },
      { id: '2', appearances: on('v', [2.5, 4]) },
      { id: '3', appearances: on('v', [3, 8]) },
    ]);
    expect(score.people[0]).toMatchObject({ identity: '1', missed_s: 1.5 });
    expect(score.surplus).toEqual([{ identity: '2', seconds: 1.5 }]);
    expect(score.wrong_share).toBeCloseTo(1.5 / 9);
  });

  it('says who was not found at all', () => {
    const score = scorePresence(truth, [{ id: '1', appearances: on('v', [3, 8]) }]);
    expect(score.people[0]).toMatchObject({ person: 'a', identity: null, missed_s: 4, iou: 0 });
  });

  it('takes an identity for a person who is only ever hard, and forgives a glimpse of nobody', () => {
    const found = [
      { id: '1', appearances: on('v', [0, 4]) },
      { id: '2', appearances: on('v', [3, 8]) },
      { id: '3', appearances: on('v', [0, 1]) },
      { id: '4', appearances: on('v', [9, 9.4]) },
    ];
    expect(scorePresence(truth, found).surplus).toEqual([]);
  });
});

describe('togetherBounds', () => {
  it('spans from surely together to perhaps together', () => {
    const a = person('a', on('v', [0, 4]), on('v', [4, 6])),
      b = person('b', on('v', [2, 5]), on('v', [5, 7]));
    expect(togetherBounds(a, b)).toEqual({ least_s: 2, most_s: 4 });
  });
});
