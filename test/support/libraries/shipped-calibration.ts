/** A made-up calibration such as a pack comes with. */
import type { CalibrationModel } from '../../../src/domain/scores/calibration-model.js';

export const SHIPPED: CalibrationModel = {
  set: 'made up',
  evidence: { slope: 40, zero: 0.3, poor: 0.05, rise: 0.02, steeper: 1 },
  margin: 0.05,
  points: {
    strict: { threshold: 0.5, far: 1e-4, frr: 0.05 },
    balanced: { threshold: 0.4, far: 1e-3, frr: 0.02 },
    loose: { threshold: 0.3, far: 1e-2, frr: 0.01 },
    even: { threshold: 0.35, far: 2e-3, frr: 0.02 },
  },
  impostorTail: [
    [0, 0.5],
    [0.2, 0.1],
    [0.3, 1e-2],
    [0.4, 1e-3],
    [0.5, 1e-4],
    [0.6, 1e-5],
  ],
  genuineHead: [
    [0.2, 0.01],
    [0.4, 0.1],
    [0.6, 0.5],
  ],
};
