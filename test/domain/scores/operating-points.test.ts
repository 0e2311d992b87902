// Which operating points there are, and which one decides.
import { describe, expect, it } from 'vitest';
import {
  ALL_POINTS,
  decidingPoint,
  nameOfDeciding,
  POINT_FAR,
  POINT_NAMES,
  stricterPoint,
} from '../../../src/domain/scores/operating-points.js';

const model = {
  points: {
    strict: { threshold: 0.4, far: 1e-4, frr: 0.05 },
    balanced: { threshold: 0.3, far: 1e-3, frr: 0.02 },
    loose: { threshold: 0.2, far: 1e-2, frr: 0.01 },
    even: { threshold: 0.25, far: 5e-3, frr: 0.015 },
  },
};

describe('the points', () => {
  it('aim at ever smaller rates the stricter they are', () => {
    expect(POINT_NAMES.map((name) => POINT_FAR[name])).toEqual([1e-4, 1e-3, 1e-2]);
    expect(ALL_POINTS).toEqual(['strict', 'balanced', 'loose', 'even']);
  });
  it('that decide are even for two faces, balanced among people, or the chosen one', () => {
    expect(decidingPoint(model, 0)).toBe(model.points.even);
    expect(decidingPoint(model, 1)).toBe(model.points.balanced);
    for (const name of POINT_NAMES)
      for (const compared of [0, 1])
        expect(decidingPoint({ ...model, decides: name }, compared)).toBe(model.points[name]);
    expect(decidingPoint({ ...model, decides: null }, 0)).toBe(model.points.even);
  });
  it('next stricter are asked of poor faces', () => {
    const stricter = (decides: (typeof POINT_NAMES)[number] | null, compared: number) =>
      stricterPoint({ ...model, decides }, compared);
    expect(stricter(null, 0)).toBe(model.points.balanced);
    expect(stricter(null, 5)).toBe(model.points.strict);
    expect(stricter('loose', 5)).toBe(model.points.balanced);
    expect(stricter('balanced', 5)).toBe(model.points.strict);
    expect(stricter('strict', 5)).toBe(model.points.strict);
  });
  it('is named', () => {
    expect(nameOfDeciding({}, 0)).toBe('even');
    expect(nameOfDeciding({ decides: 'loose' }, 0)).toBe('loose');
  });
});
