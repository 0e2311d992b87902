// The same dice each time, and a fair choice with them.
import { describe, expect, it } from 'vitest';
import { Sample, seededRandom } from '../../src/domain/seeded-sample.js';

describe('seededRandom', () => {
  it('is Mulberry32: its first numbers, computed with the C code of its author', () => {
    const random = seededRandom(1);
    const first = Array.from({ length: 4 }, () => Math.round(random() * 2 ** 32));
    expect(first).toEqual([2693262067, 11749833, 2265367787, 4213581821]);
  });
  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 5 }, random);
    };
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
    expect(of(-1)).toEqual(of(2 ** 32 - 1));
  });
  it('is spread evenly over 0 to 1', () => {
    const random = seededRandom(3),
      counts = Array<number>(10).fill(0);
    for (let k = 0; k < 10_000; k++) {
      const at = Math.floor(random() * 10);
      counts[at] = (counts[at] ?? NaN) + 1;
    }
    // Nine in ten thousand would be further off, by the binomial distribution (deviation 30).
    for (const n of counts) expect(Math.abs(n - 1000)).toBeLessThan(100);
  });
});

describe('Sample', () => {
  it('keeps all while there is room, in order', () => {
    const sample = new Sample<string>(3);
    for (const item of ['a', 'b', 'c']) sample.add(item);
    expect(sample.kept).toEqual(['a', 'b', 'c']);
    expect(sample.seen).toBe(3);
  });
  it('keeps so many of more, no item twice, and counts them all', () => {
    const sample = new Sample<number>(5);
    for (let k = 0; k < 1000; k++) sample.add(k);
    expect(sample.seen).toBe(1000);
    expect(new Set(sample.kept).size).toBe(5);
    expect(sample.kept.every((k) => k >= 0 && k < 1000)).toBe(true);
  });
  it('gives each the same chance, early and late', () => {
    const counts = Array<number>(12).fill(0);
    for (let seed = 1; seed <= 3000; seed++) {
      const sample = new Sample<number>(4, seed);
      for (let k = 0; k < counts.length; k++) sample.add(k);
      for (const k of sample.kept) counts[k] = (counts[k] ?? NaN) + 1;
    }
    // A third of 3,000 each; the deviation is 26.
    for (const n of counts) expect(Math.abs(n - 1000)).toBeLessThan(110);
  });
  it('is the same for the same seed, 1 unless another is given', () => {
    const of = (...seed: [] | [number]) => {
      const sample = new Sample<number>(3, ...seed);
      for (let k = 0; k < 50; k++) sample.add(k);
      return sample.kept;
    };
    expect(of()).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });
});
