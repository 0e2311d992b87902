import type { CalibrationReport, CalibrationStatus, RateAnswer } from '../answers/calibration-report.js';
import {
  readCalibrationLog,
  type CalibrationEvent,
  type CalibrationLog,
  type KeptCalibration,
} from '../../domain/scores/calibration-log.js';
import {
  calibrationFrom,
  errorsAt,
  extrapolatedPoints,
  pairsNeeded,
  rocCurve,
  subgroupErrors,
  type ErrorsAt,
} from '../../domain/scores/fit-calibration.js';
import { ALL_POINTS, type CalibrationModel, type PointName } from '../../domain/scores/calibration-model.js';
import { RollcallError } from '../../domain/errors.js';
import { scoresOf, type Rate } from '../../domain/scores/error-rates.js';
import { deriveId, newId } from '../../domain/ids.js';
import type { Writer } from '../../store/api.js';
import type { CalibrateContext, CalibrateRequest, CalibrationService } from '../api.js';
import type { FoundPairs } from './pair-sources.js';
import { labelledPairs } from './labelled-pairs.js';
import { libraryPairs } from './library-pairs.js';
import type { Resources } from '../resources.js';

/** Subgroups, unlikely pairs of each kind, and entries of the history that an answer holds. */
const SUBGROUPS = 60,
  UNLIKELY = 5,
  HISTORY = 20;

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
      const { report, model } = measure(found, pack.calibration, pack.id, point);
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
            'Call calibrate with status to see which there are.',
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
            'Call calibrate with status to see what is in force.',
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

/** Corrections that users make would be another source: a merge is a genuine pair, a split an impostor pair. */
function findPairs(
  request: CalibrateRequest,
  resources: Resources,
  context: CalibrateContext,
  signal: AbortSignal,
): Promise<FoundPairs> {
  if (request.pairs_file !== undefined || request.pairs !== undefined)
    return labelledPairs(request, resources, context, signal);
  return libraryPairs(resources, context, signal);
}

/** @returns what was measured, and the calibration made of it; null when there are too few pairs for the point */
function measure(
  found: FoundPairs,
  shipped: CalibrationModel,
  model_pack: string,
  point: PointName,
): { report: CalibrationReport; model: CalibrationModel | null } {
  const { pairs } = found;
  const genuine = pairs.filter((p) => p.same),
    impostor = pairs.filter((p) => !p.same);
  const scores = scoresOf(
    genuine.map((p) => p.score),
    impostor.map((p) => p.score),
  );
  const needed = pairsNeeded(scores, point),
    refused = needed.genuine > 0 || needed.impostor > 0;
  const extrapolated = refused ? [] : extrapolatedPoints(scores);
  const set = `${found.name}, ${impostor.length} impostor pairs and ${genuine.length} genuine pairs${extrapolated.length > 0 ? ` (${extrapolated.join(' and ')} extrapolated)` : ''}`;
  const model = refused ? null : calibrationFrom(scores, shipped, set);
  const at = errorsAt(scores, (model ?? shipped).points[point].threshold);
  const groups = subgroupErrors(pairs, at.threshold, at);
  const subgroups = groups.slice(0, SUBGROUPS).map(({ worse, far, frr, ...group }) => ({
    ...group,
    far: rateAnswer(far),
    frr: rateAnswer(frr),
    warning:
      worse.length === 0
        ? null
        : worse
            .map(
              (kind) =>
                `${group.label} ${group.value}: ${kind === 'far' ? 'false accepts' : 'false rejects'} ${percent({ far, frr }[kind].rate)} (at least ${percent({ far, frr }[kind].low)}), of all pairs ${percent(at[kind].rate)}`,
            )
            .join('; '),
  }));
  const name = ({ a, b, score }: FoundPairs['pairs'][number]) => ({ a, b, score });
  const report: CalibrationReport = {
    calibration_id: null,
    applied: false,
    source: found.source,
    set,
    model_pack,
    operating_point: point,
    pairs: { genuine: genuine.length, impostor: impostor.length },
    chosen: model && errorsAnswer(at),
    needed,
    extrapolated,
    shipped: ALL_POINTS.map((p) => ({ point: p, ...errorsAnswer(errorsAt(scores, shipped.points[p].threshold)) })),
    subgroups,
    subgroups_total: groups.length,
    curve: rocCurve(scores).map(({ score, far, frr }) => ({ score, far: known(far), frr: known(frr) })),
    unlikely: {
      impostor: impostor
        .toSorted((a, b) => b.score - a.score)
        .slice(0, UNLIKELY)
        .map(name),
      genuine: genuine
        .toSorted((a, b) => a.score - b.score)
        .slice(0, UNLIKELY)
        .map(name),
    },
    unusable: found.unusable,
    warnings: [...found.warnings, ...subgroups.flatMap((s) => s.warning ?? [])],
  };
  return { report, model };
}

function errorsAnswer({ threshold, far, frr }: ErrorsAt): { threshold: number; far: RateAnswer; frr: RateAnswer } {
  return { threshold, far: rateAnswer(far), frr: rateAnswer(frr) };
}

function rateAnswer(rate: Rate): RateAnswer {
  return { ...rate, rate: known(rate.rate) };
}

/** JSON has no NaN. */
function known(rate: number): number | null {
  return Number.isNaN(rate) ? null : rate;
}

function percent(rate: number): string {
  return `${Number((100 * rate).toPrecision(2))} %`;
}
