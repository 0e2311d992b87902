/** The transform to the canonical template. */
import { describe, expect, it } from 'vitest';
import { ARCFACE_TEMPLATE, fitSimilarity, invert, transform } from '../../../src/domain/faces/alignment.js';

describe('fitSimilarity', () => {
  it('recovers a known rotation, scale and shift exactly', () => {
    const angle = 0.4,
      scale = 2.5;
    const known = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx: 17, ty: -4 };
    const found = fitSimilarity(
      ARCFACE_TEMPLATE,
      ARCFACE_TEMPLATE.map((p) => transform(known, p)),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(found[key]).toBeCloseTo(known[key], 9);
  });

  it('is the least-squares fit when points are disturbed: no nearby transform does better', () => {
    const shifts = [
      { x: 3, y: 0 },
      { x: -2, y: 1 },
      { x: 1, y: -2 },
      { x: 0, y: 2 },
      { x: -1, y: 1 },
    ];
    const pairs = shifts.flatMap((d, i) => {
      const from = ARCFACE_TEMPLATE[i];
      return from ? [{ from, to: { x: from.x + d.x, y: from.y + d.y } }] : [];
    });
    const error = (t: ReturnType<typeof fitSimilarity>) =>
      pairs.reduce((s, { from, to }) => s + (transform(t, from).x - to.x) ** 2 + (transform(t, from).y - to.y) ** 2, 0);
    const best = fitSimilarity(
      pairs.map((p) => p.from),
      pairs.map((p) => p.to),
    );
    for (const key of ['a', 'b', 'tx', 'ty'] as const)
      for (const d of [-0.01, 0.01]) expect(error({ ...best, [key]: best[key] + d })).toBeGreaterThan(error(best));
  });

  it('refuses points that coincide', () => {
    expect(() =>
      fitSimilarity(
        [
          { x: 1, y: 1 },
          { x: 1, y: 1 },
        ],
        [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
        ],
      ),
    ).toThrow('the points coincide');
  });

  it('inverts', () => {
    const t = { a: 1.2, b: -0.7, tx: 5, ty: 9 },
      p = { x: 3, y: -8 };
    const back = transform(invert(t), transform(t, p));
    expect(back.x).toBeCloseTo(p.x, 9);
    expect(back.y).toBeCloseTo(p.y, 9);
  });
});
