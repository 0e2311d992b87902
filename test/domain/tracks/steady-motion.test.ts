import { describe, expect, it } from 'vitest';
import { isSteadyMotion } from '../../../src/domain/tracks/steady-motion.js';

const seen = (time_s: number, x: number, w = 40) => ({ time_s, box: { x: x - w / 2, y: 100, w, h: 40 } });

describe('isSteadyMotion', () => {
  it('takes three faces at an even pace for one', () => {
    expect(isSteadyMotion(seen(0, 0), seen(0.2, 120), seen(0.4, 240))).toBe(true);
    expect(isSteadyMotion(seen(0, 0), seen(0.2, 120), seen(0.4, 252))).toBe(true);
  });

  it('reckons with moments that are unevenly spread', () => {
    expect(isSteadyMotion(seen(0, 0), seen(0.2, 120), seen(0.3, 180))).toBe(true);
    expect(isSteadyMotion(seen(0, 0), seen(0.2, 120), seen(0.3, 240))).toBe(false);
  });

  it('takes no face that turns back, leaps or is another size', () => {
    expect(isSteadyMotion(seen(0, 0), seen(0.2, 120), seen(0.4, 100))).toBe(false);
    expect(isSteadyMotion(seen(0, 0), seen(0.2, 170), seen(0.4, 340))).toBe(false);
    expect(isSteadyMotion(seen(0, 0), seen(0.2, 120, 28), seen(0.4, 240, 28))).toBe(false);
  });
});
