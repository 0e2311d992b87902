/** From pairs with a known truth to a report, and to a calibration when there are enough of them. */
import {
  calibrationFrom,
  type ErrorsAt,
  errorsAt,
  extrapolatedPoints,
  pairsNeeded,
  rocCurve,
  subgroupErrors,
} from '../../domain/scores/fit-calibration.js';
import type { CalibrationModel } from '../../domain/scores/calibration-model.js';
import { ALL_POINTS, type PointName } from '../../domain/scores/operating-points.js';
import { type Rate, scoresOf } from '../../domain/scores/error-rates.js';
import type { CalibrationReport, RateAnswer } from '../answers/calibration-report.js';
import type { FoundPairs } from './pair-sources.js';

/** Subgroups, and unlikely pairs of each kind, that an answer holds. */
const SUBGROUPS = 60,
  UNLIKELY = 5;

/** @returns what was measured, and the calibration made of it; null when there are too few pairs for the point */
export function measurePairs(
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
    pairs: {
      genuine: genuine.length,
      impostor: impostor.length,
      ...(found.from_edits && { from_edits: found.from_edits }),
    },
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
