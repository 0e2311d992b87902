// Which identities are most likely parts of the one that was recognised.
import { describe, expect, it } from 'vitest';
import { fragmentsOf } from '../../../src/domain/people/identity-fragments.js';
import type { CalibrationModel } from '../../../src/domain/scores/calibration-model.js';

const point = (threshold: number) => ({ threshold, far: 1e-3, frr: 0.02 });
const points: CalibrationModel['points'] = {
  strict: point(0.5),
  balanced: point(0.4),
  loose: point(0.3),
  even: point(0.35),
};
const scored = (...scores: number[]) => scores.map((score) => ({ score }));

describe('fragmentsOf', () => {
  const parts = (best: number, tau: number, ...scores: number[]) =>
    fragmentsOf({ score: best }, scored(...scores), tau, { points }, () => false).map((r) => r.score);
  it('are those with three quarters of the best score, who are no better', () => {
    expect(parts(0.8, 0.3, 0.9, 0.8, 0.7, 0.625, 0.59)).toEqual([0.8, 0.7, 0.625]);
    expect(parts(1, 0.3, 0.75, 0.74)).toEqual([0.75]);
  });
  it('reach the strict threshold, and the one that decides', () => {
    expect(parts(0.6, 0.3, 0.5, 0.49)).toEqual([0.5]);
    expect(parts(0.6, 0.55, 0.55, 0.54)).toEqual([0.55]);
  });
  it('are never seen beside the best', () => {
    const others = scored(0.78, 0.77);
    expect(fragmentsOf({ score: 0.8 }, others, 0.3, { points }, (r) => r === others[0])).toEqual([others[1]]);
  });
});
