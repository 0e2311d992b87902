/** Sweeps over who is there, held against brute force on random spans. */
import { describe, expect, it } from 'vitest';
import { intersect } from '../../../src/domain/intervals.js';
import { fullestMoments, overlaps, type Span } from '../../../src/domain/presence/together.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';

/** Up to `people` people with a few disjoint spans each, on whole seconds, so that many only touch. */
function randomSpans(seed: number, people: number): Span[] {
  const random = seededRandom(seed);
  return Array.from({ length: people }, (_, who) => {
    const spans: Span[] = [];
    let at = Math.floor(random() * 10);
    for (let k = 0; k < 4; k++) {
      const end_s = at + 1 + Math.floor(random() * 8);
      spans.push({ who, start_s: at, end_s });
      at = end_s + Math.floor(random() * 5);
    }
    return spans;
  }).flat();
}

const of = (spans: readonly Span[], who: number) => spans.filter((s) => s.who === who);

describe('overlaps', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are those of every two people, each once (%i)', (seed) => {
    const spans = randomSpans(seed, 7);
    const found = [...overlaps(spans)];
    for (let a = 0; a < 7; a++)
      for (let b = a + 1; b < 7; b++)
        expect(
          found
            .filter((o) => o.a === a && o.b === b)
            .map(({ start_s, end_s }) => ({ start_s, end_s }))
            .sort((p, q) => p.start_s - q.start_s),
        ).toEqual(intersect(of(spans, a), of(spans, b)));
  });

  it('come by start', () => {
    const starts = [...overlaps(randomSpans(9, 9))].map((o) => o.start_s);
    expect(starts.length).toBeGreaterThan(10);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('that start together come in the order of people', () => {
    const spans = [3, 1, 2].map((who) => ({ who, start_s: 0, end_s: 5 }));
    expect([...overlaps(spans)].map(({ a, b }) => [a, b])).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
  });

  it('leave out who only touches, and empty spans', () => {
    const spans = [
      { who: 0, start_s: 0, end_s: 2 },
      { who: 1, start_s: 2, end_s: 4 },
      { who: 2, start_s: 3, end_s: 3 },
    ];
    expect([...overlaps(spans)]).toEqual([]);
  });
});

describe('fullest moments', () => {
  it.each([11, 12, 13, 14, 15, 16])('hold everyone who is there at some moment, and nobody else (%i)', (seed) => {
    const spans = randomSpans(seed, 8);
    const thereAt = (t: number) => new Set(spans.filter((s) => s.start_s <= t && s.end_s > t).map((s) => s.who));
    const moments = [...new Set(spans.map((s) => s.start_s))].map(thereAt);
    const found = fullestMoments(spans, 3);
    // Each set was there at one moment exactly as it is …
    for (const set of found)
      expect(moments.some((m) => m.size === set.length && set.every((w) => m.has(w)))).toBe(true);
    // … and whoever is there at once lies in one of them.
    for (const m of moments)
      if (m.size >= 3) expect(found.some((set) => [...m].every((w) => set.includes(w)))).toBe(true);
  });

  it('name fourteen people at once as one set', () => {
    const spans = Array.from({ length: 14 }, (_, who) => ({ who, start_s: who / 100, end_s: 10 }));
    expect(fullestMoments(spans, 3)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]]);
  });

  it('name each set once, sorted, in whatever order its people come', () => {
    const span = (who: number, start_s: number, end_s: number) => ({ who, start_s, end_s });
    const twice = [span(12, 0, 5), span(3, 1, 5), span(7, 2, 5), span(7, 10, 15), span(12, 11, 15), span(3, 12, 15)];
    expect(fullestMoments(twice, 3)).toEqual([[3, 7, 12]]);
    expect(fullestMoments(twice.slice(0, 1), 1)).toEqual([[12]]);
    expect(fullestMoments([], 1)).toEqual([]);
  });

  it('leave smaller sets than asked for out', () => {
    const spans = [
      { who: 0, start_s: 0, end_s: 2 },
      { who: 1, start_s: 1, end_s: 3 },
    ];
    expect(fullestMoments(spans, 3)).toEqual([]);
    expect(fullestMoments(spans, 2)).toEqual([[0, 1]]);
  });
});
