/** What calibrate's default answers cost a model, whatever was measured on: its actions answer by this one function. */
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, it } from 'vitest';
import type { CalibrationReport, CalibrationStatus } from '../../src/services/answers/calibration-report.js';
import { inBrief } from '../../src/tools/definition/brief-answers.js';
import { calibrationAnswer } from '../../src/tools/answers/calibration-answer.js';

const MOST = 2_000;
const LONG = `/home/somebody/Bilder/Ausgewählte Aufnahmen für die Kalibrierung/${'家族旅行 '.repeat(6)}/IMG_20190502_140322`;
const rate = { rate: 0.0123456, errors: 12, trials: 972, low: 0.0071, high: 0.0214 };
const errors = { threshold: 0.44382, far: rate, frr: rate };
const ID = 'calibration_3c5bpqm7ryoa6x4b3uohywxykq';
const POINTS = ['strict', 'balanced', 'loose'] as const;
const many = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

const set = `${LONG}/pairs.csv, 972 pairs of two people and 972 of one`;
const report: CalibrationReport = {
  ...{ calibration_id: ID, applied: true, source: 'pairs_file', set, model_pack: 'open' },
  ...{ operating_point: 'balanced', pairs: { genuine: 972, impostor: 972 }, chosen: errors },
  ...{ needed: { genuine: 0, impostor: 0 }, extrapolated: ['strict'] },
  shipped: [...POINTS, 'even' as const].map((point) => ({ point, ...errors })),
  subgroups: many(60, (i) => ({
    label: 'Herkunft der Person',
    value: `Gruppe ${i}`,
    far: rate,
    frr: rate,
    warning: 'far worse than all pairs together',
  })),
  subgroups_total: 60,
  curve: many(200, (i) => ({ score: i / 200, far: 0.123456, frr: 0.123456 })),
  unlikely: {
    impostor: many(10, (i) => ({ a: `${LONG}_${i}.jpg`, b: `${LONG}_${i + 1}.jpg`, score: 0.61234 })),
    genuine: many(10, (i) => ({ a: `${LONG}_${i}.jpg`, b: `${LONG}_${i + 1}.jpg`, score: 0.11234 })),
  },
  unusable: {
    ...{ pictures: 40, pairs: 80 },
    first: many(10, (i) => ({
      source: `${LONG}_${i}.jpg`,
      code: 'no_face',
      message: `There is no face in ${LONG}_${i}.jpg.`,
    })),
  },
  warnings: many(
    30,
    (i) => `Herkunft der Person, Gruppe ${i}: far worse than all pairs together: 12 false accepts in 972 pairs.`,
  ),
};
const status: CalibrationStatus = {
  in_force: {
    ...{ calibration_id: ID, set, operating_point: null },
    points: [...POINTS, 'even' as const].map((point) => ({ point, threshold: 0.44382, far: 0.00123, frr: 0.0123 })),
  },
  set_aside: `${ID} was made with another version of the pack, and is never in force.`,
  history: many(50, () => ({
    created_at: '2026-11-26T08:00:00.000Z',
    event: 'applied',
    calibration_id: ID,
    set,
    operating_point: 'balanced',
    threshold: 0.44382,
    fits: true,
  })),
  history_total: 50,
};

it.each([
  ['measure and apply', report],
  [
    'one that was refused',
    { ...report, calibration_id: null, applied: false, chosen: null, needed: { genuine: 28, impostor: 3000 } },
  ],
  ['apply by id, revert and status', null],
])('%s: under 2,000 tokens each', (_, measured) => {
  const { data, text } = calibrationAnswer(measured, status, 'brief');
  const json = JSON.stringify(inBrief(data));
  expect(encode(json).length, json).toBeLessThan(MOST);
  expect(encode(text).length, text).toBeLessThan(MOST);
  // What is left out is counted.
  expect(data.history_total).toBe(50);
  if (measured) expect(text).toMatch(/and 5\d more subgroups/);
});
