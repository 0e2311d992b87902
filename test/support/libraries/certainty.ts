/** How sure it is of people, by a made-up calibration. */
import { createCertaintyReader } from '../../../src/services/library/certainty.js';
import { SHIPPED } from './shipped-calibration.js';

export const certainty = createCertaintyReader(() =>
  Promise.resolve({ ...SHIPPED, calibration_id: null, decides: null }),
);
