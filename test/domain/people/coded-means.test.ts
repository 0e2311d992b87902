/** Who is most like somebody by coded means is who is by the means themselves. */
import { expect, it } from 'vitest';
import { CodedMeans } from '../../../src/domain/people/coded-means.js';
import { type ComparedFace, scoreOf } from '../../../src/domain/scores/normalised-score.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';

const PEOPLE = 700;

/** Means of tracks: shorter than 1. */
function means(dimensions: number, seed: number): ComparedFace[] {
  const random = seededRandom(seed);
  return Array.from({ length: PEOPLE }, () => {
    const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5),
      length = Math.hypot(...vector) / (0.5 + random() / 2);
    return { vector: vector.map((x) => x / length), population_excess: Math.max(0, random() - 0.7) };
  });
}

function coded(all: readonly ComparedFace[], dimensions: number, most?: number): CodedMeans {
  const made = new CodedMeans(dimensions, most);
  for (const mean of all) made.add(mean);
  return made;
}

it.each([
  [256, 0],
  [256, PEOPLE],
  [20, 3],
  [3, 0],
])('of %i numbers, with room for %i at first', (dimensions, room) => {
  const all = means(dimensions, dimensions),
    made = coded(all, dimensions, room);
  expect(made.size).toBe(PEOPLE);
  for (const [place, face] of all.slice(0, 40).entries()) {
    const others = all
      .map((mean, at) => ({ place: at, score: scoreOf(face, mean) }))
      .filter((one) => one.place !== place && one.place % 3 > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, 8);
    const found = made.nearest(face, 8, (at) => at !== place && at % 3 > 0);
    expect(found).toEqual(others.map(({ place, score }) => ({ place, score: expect.closeTo(score, 4) as number })));
    expect([...made.at(place).vector]).toEqual([...face.vector].map((x) => expect.closeTo(x, 4) as number));
  }
});

it('as long as whole numbers can be, or without length', () => {
  const all = [1, -1, 0, 0.5].map((x) => ({ vector: new Float32Array(1024).fill(x / 32), population_excess: 0 }));
  const made = coded(all, 1024);
  const [face = expect.unreachable()] = all;
  expect(made.nearest(face, 9, () => true)).toEqual(
    [
      [0, 1],
      [3, 0.5],
      [2, 0],
      [1, -1],
    ].map(([place, score]) => ({ place, score: expect.closeTo(score ?? NaN, 5) as number })),
  );
  expect(made.nearest({ ...face, vector: new Float32Array(1024) }, 1, () => true)).toEqual([{ place: 0, score: 0 }]);
  expect(new CodedMeans(0).nearest(face, 9, () => true)).toEqual([]);
});
