/** The calibrations of a library: made on pairs, kept in a log, put in force and taken out again. */
import type { CalibrationReport, CalibrationStatus } from '../answers/calibration-report.js';
import {
  readCalibrationLog,
  type CalibrationEvent,
  type CalibrationLog,
  type KeptCalibration,
} from '../../domain/scores/calibration-log.js';
import { ALL_POINTS } from '../../domain/scores/operating-points.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { deriveId, newId } from '../../domain/ids.js';
import type { Writer } from '../../store/api.js';
import type { WorkContext } from '../progress.js';
import type { CalibrateRequest } from '../requests/calibrate.js';
import type { FoundPairs } from './pair-sources.js';
import { labelledPairs } from './labelled-pairs.js';
import { libraryPairs } from './library-pairs.js';
import { measurePairs } from './measure-pairs.js';
import type { Resources } from '../resources.js';

/** Entries of the history that an answer holds. */
const HISTORY = 20;

export interface CalibrationService {
  /**
   * Measures what scores mean on pairs, and keeps a calibration if there are enough of them. Only `apply` puts it in
   * force.
   * @throws RollcallError bad_argument for a pairs file that can't be read
   */
  calibrate(request: CalibrateRequest, context?: WorkContext): Promise<CalibrationReport>;
  /** What is in force, and what was before. */
  status(signal?: AbortSignal): Promise<CalibrationStatus>;
  /** Puts a calibration that was kept in force. @throws RollcallError unknown_id */
  apply(calibration_id: string, signal?: AbortSignal): Promise<CalibrationStatus>;
  /** Goes back to the one before. @throws RollcallError bad_argument when the pack's own is in force */
  revert(signal?: AbortSignal): Promise<CalibrationStatus>;
}

/** What do scores mean here? */
export function createCalibrationService(resources: Resources): CalibrationService {
  const status = async (): Promise<CalibrationStatus> => {
    const { calibration_id, set, decides, points } = await resources.calibration();
    const { history, set_aside, kept } = await log();
    return {
      in_force: {
        calibration_id,
        set,
        operating_point: decides,
        points: ALL_POINTS.map((point) => ({ point, ...points[point] })),
      },
      set_aside:
        set_aside &&
        `${set_aside.calibration_id} (${set_aside.model.set}) was applied, but ${outdatedBecause(set_aside)} Calibrate again.`,
      history: history
        .toReversed()
        .slice(0, HISTORY)
        .map(({ calibration: c, event, created_at }) => ({
          created_at,
          event,
          calibration_id: c.calibration_id,
          set: c.model.set,
          operating_point: c.operating_point,
          threshold: c.model.points[c.operating_point].threshold,
          fits: kept.get(c.calibration_id) === c,
        })),
      history_total: history.length,
    };
  };
  /** Inside a write this is the state that the write changes. */
  const log = async (): Promise<CalibrationLog> => {
    const { pack } = await resources.pipeline();
    return readCalibrationLog(await (await resources.library()).calibrations(), {
      id: pack.id,
      fingerprint: pack.fingerprint.scores,
    });
  };
  const write = async (
    change: (writer: Writer, log: CalibrationLog) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> => {
    await (await resources.library()).write(async (writer) => change(writer, await log()), signal);
  };
  return {
    status,
    async calibrate(request, context = {}) {
      const signal = context.signal ?? new AbortController().signal;
      const { pack } = await resources.pipeline();
      const found = await findPairs(request, resources, context, signal);
      const point = request.operating_point ?? resources.settings.operatingPoint ?? 'balanced';
      const { report, model } = measurePairs(found, pack.calibration, pack.id, point);
      if (model === null) return report;
      const calibration_id = context.key === undefined ? newId('calibration') : deriveId('calibration', context.key);
      await write(async (writer, { kept, in_force }) => {
        if (!kept.has(calibration_id))
          await writer.appendCalibrations([
            entry(calibration_id, {
              event: 'made',
              pack: pack.id,
              fingerprint: pack.fingerprint.scores,
              operating_point: point,
              model,
            }),
          ]);
        if (request.apply && in_force?.calibration_id !== calibration_id)
          await writer.appendCalibrations([entry(calibration_id, { event: 'applied' })]);
      }, signal);
      return { ...report, calibration_id, applied: request.apply ?? false };
    },
    async apply(calibration_id, signal) {
      await write(async (writer, { kept, outdated, in_force }) => {
        const old = kept.has(calibration_id) ? undefined : outdated.get(calibration_id);
        if (old)
          throw new RollcallError(
            'bad_argument',
            `${calibration_id} can't be put in force: ${outdatedBecause(old)}`,
            'Calibrate again on the same pairs.',
          );
        if (!kept.has(calibration_id))
          throw new RollcallError(
            'unknown_id',
            `There is no calibration ${calibration_id} of this library's pack.`,
            '{calibrate status} shows which there are.',
          );
        if (in_force?.calibration_id !== calibration_id)
          await writer.appendCalibrations([entry(calibration_id, { event: 'applied' })]);
      }, signal);
      return status();
    },
    async revert(signal) {
      await write(async (writer, { in_force }) => {
        if (!in_force)
          throw new RollcallError(
            'bad_argument',
            "The pack's own calibration is in force: there is none before it.",
            '{calibrate status} shows what is in force.',
          );
        await writer.appendCalibrations([entry(in_force.calibration_id, { event: 'reverted' })]);
      }, signal);
      return status();
    },
  };
}

/** Why a calibration of this pack's id does not fit it, as the end of a sentence. */
function outdatedBecause({ pack, fingerprint }: KeptCalibration): string {
  return fingerprint === undefined
    ? `it was made before calibrations said which version of pack ${pack} they are for.`
    : `pack ${pack} has other networks or another population since (it was ${fingerprint}), so its scores mean something else.`;
}

function entry(
  calibration_id: string,
  body: CalibrationEvent,
): { calibration_id: string; created_at: string; body: CalibrationEvent } {
  return { calibration_id, created_at: new Date().toISOString(), body };
}

function findPairs(
  request: CalibrateRequest,
  resources: Resources,
  context: WorkContext,
  signal: AbortSignal,
): Promise<FoundPairs> {
  if (request.pairs_file !== undefined || request.pairs !== undefined)
    return labelledPairs(request, resources, context, signal);
  return libraryPairs(resources, context, signal);
}
