/**
 * A calibration service that answers at once, or as late as a test lets it: jobs and tools are tested without models.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CalibrationReport, CalibrationStatus } from '../../../src/services/answers/calibration-report.js';
import { RollcallError } from '../../../src/domain/errors/errors.js';
import type { CalibrationService } from '../../../src/services/calibration/calibrate.js';
import type { WorkContext } from '../../../src/services/progress.js';
import type { CalibrateRequest } from '../../../src/services/requests/calibrate.js';

const none = { rate: 0, errors: 0, trials: 3500, low: 0, high: 0.0011 };

export function calibrationReport(fields: Partial<CalibrationReport> = {}): CalibrationReport {
  return {
    calibration_id: 'calibration_a',
    applied: false,
    source: 'pairs_file',
    set: 'pairs.csv, 3500 impostor pairs and 200 genuine pairs',
    model_pack: 'p',
    operating_point: 'balanced',
    pairs: { genuine: 200, impostor: 3500 },
    chosen: { threshold: 0.4, far: none, frr: { ...none, trials: 200 } },
    needed: { genuine: 0, impostor: 0 },
    extrapolated: ['strict'],
    shipped: [{ point: 'balanced', threshold: 0.37, far: none, frr: { ...none, trials: 200 } }],
    subgroups: [],
    subgroups_total: 0,
    curve: [{ score: 0.4, far: 0, frr: null }],
    unlikely: { impostor: [], genuine: [] },
    unusable: { pictures: 0, pairs: 0, first: [] },
    warnings: [],
    ...fields,
  };
}

export interface FakeCalibration extends CalibrationService {
  /** What it was asked, in order. */
  asked: { request: CalibrateRequest; context: WorkContext }[];
  did: string[];
}

/** A pairs file called `slow*` never ends by itself, `bad*` fails. */
export function fakeCalibration(): FakeCalibration {
  const status: CalibrationStatus = {
    in_force: {
      calibration_id: null,
      set: 'LFW',
      operating_point: null,
      points: [{ point: 'balanced', threshold: 0.37, far: 1e-3, frr: 0.01 }],
    },
    set_aside: null,
    history: [],
    history_total: 0,
  };
  const fake: FakeCalibration = {
    asked: [],
    did: [],
    async calibrate(request, context = {}) {
      fake.asked.push({ request, context });
      const name = request.pairs_file?.split('/').at(-1) ?? '';
      context.onProgress?.({ fraction: 0.5, stage: '5 of 10 pictures', eta_s: 1 });
      if (name.startsWith('bad')) throw new RollcallError('bad_argument', 'line 7 lacks a picture.', 'Mend it.');
      if (name.startsWith('slow')) await delay(3_600_000, undefined, { signal: context.signal });
      return calibrationReport({ applied: request.apply ?? false });
    },
    async status() {
      fake.did.push('status');
      return status;
    },
    async apply(id) {
      fake.did.push(`apply ${id}`);
      return status;
    },
    async revert() {
      fake.did.push('revert');
      return status;
    },
  };
  return fake;
}
