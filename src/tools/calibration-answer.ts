/** How a calibration is put to a person, and the fields that calibrate and job share. */
import { z } from 'zod';
import { jobSchema } from '../services/answers/job.js';
import {
  calibrationReportSchema,
  calibrationStatusShape,
  type CalibrationReport,
  type CalibrationStatus,
  type RateAnswer,
} from '../services/answers/calibration-report.js';
import type { CalibrationService } from '../services/calibration/calibrate.js';
import type { ToolAnswer } from './define-tool.js';
import { count, lines } from './format.js';
import { inOutline } from './outlined-schema.js';

// What agents decide by is published with its fields; the rest, the most of it, is named.
const { shape } = calibrationReportSchema;
const reportSchema = calibrationReportSchema
  .pick({ calibration_id: true, applied: true, set: true, operating_point: true, warnings: true })
  .extend({
    pairs: inOutline(shape.pairs, 'how many: genuine (of one person), impostor (of two people)'),
    chosen: inOutline(
      shape.chosen.unwrap(),
      'the threshold for the operating point, and far and frr on the pairs it was chosen on, each with rate, errors, trials, low and high (by the threshold alone: what a decision would call ambiguous counts as accepted)',
    )
      .nullable()
      .describe('null when refused'),
    needed: inOutline(
      shape.needed,
      'pairs still needed to choose this operating point, genuine and impostor; 0 and 0 when it was chosen',
    ),
  })
  .loose();
const { history, in_force, ...statusShape } = calibrationStatusShape;

export const calibrationAnswerShape = {
  report: reportSchema
    .optional()
    .describe(
      'what was measured; absent where nothing was. Also: the errors of the shipped thresholds (shipped), subgroups, curve, pairs that look wrongly labelled (unlikely), pictures that could not be used (unusable), points too rare to measure (extrapolated)',
    ),
  in_force: in_force
    .extend({ points: z.array(inOutline(in_force.shape.points.element, 'point, threshold, far, frr')) })
    .optional()
    .describe('what every decision uses now'),
  history: z
    .array(
      inOutline(
        history.element,
        'created_at, event (made, applied, reverted), calibration_id, set, operating_point, threshold, and fits: false when it was made before the pack changed and is never in force',
      ),
    )
    .optional()
    .describe('newest first'),
  ...z.object(statusShape).partial().shape,
  job: inOutline(jobSchema, 'as job answers: present while the work goes on, or when it did not end well').optional(),
  hint: z.string().nullable().describe('what to do next'),
} as const;
export type CalibrationAnswer = z.input<z.ZodObject<typeof calibrationAnswerShape>>;

const SUBGROUPS = 12;

/** What is in force, after what was measured, if anything was. */
export function calibrationAnswer(
  report: CalibrationReport | null,
  status: CalibrationStatus,
): ToolAnswer<CalibrationAnswer> {
  const hint = report
    ? nextStep(report)
    : status.in_force.calibration_id === null
      ? '{calibrate} without arguments measures on the library, {calibrate pairs_file} on labelled pictures.'
      : '{calibrate revert} goes back to the one before.';
  return {
    data: { ...(report ? { report } : {}), ...status, hint },
    text: lines([...(report ? reportLines(report) : []), ...statusLines(status), hint]),
  };
}

/** What is asked of the log of calibrations, without measuring: one of these. */
export interface LogRequest {
  status?: boolean | undefined;
  revert?: boolean | undefined;
  calibration_id?: string | undefined;
}

/** Answers what needs no measuring; null when nothing of it was asked. */
export async function answerOfLog(
  { status, revert, calibration_id }: LogRequest,
  calibration: CalibrationService,
  signal: AbortSignal,
): Promise<ToolAnswer<CalibrationAnswer> | null> {
  if (status) return calibrationAnswer(null, await calibration.status(signal));
  if (revert) return calibrationAnswer(null, await calibration.revert(signal));
  if (calibration_id !== undefined) return calibrationAnswer(null, await calibration.apply(calibration_id, signal));
  return null;
}

function nextStep({ chosen, applied, calibration_id }: CalibrationReport): string {
  if (!chosen)
    return 'Nothing was kept and nothing changed. Give more labelled pairs, index more footage, or ask for a looser operating_point.';
  return applied
    ? '{calibrate revert} goes back to the one before.'
    : `Nothing changed yet: {calibrate apply} puts ${calibration_id ?? 'it'} in force.`;
}

export function reportLines(report: CalibrationReport): string[] {
  const { chosen, operating_point: point, needed, unusable, unlikely } = report;
  const shipped = report.shipped.find((s) => s.point === point);
  const missing = [
    needed.impostor > 0 ? `${needed.impostor} more pairs of two people` : '',
    needed.genuine > 0 ? `${needed.genuine} more pairs of one person` : '',
  ]
    .filter(Boolean)
    .join(' and ');
  return [
    `Measured on ${report.set}.`,
    chosen
      ? `${point}: threshold ${chosen.threshold.toFixed(4)}: ${errors(chosen)}.`
      : `Too few pairs to choose a threshold for ${point}: ${missing} are needed.`,
    shipped
      ? `The pack's own ${point} threshold ${shipped.threshold.toFixed(4)} on the same pairs: ${errors(shipped)}.`
      : '',
    ...report.subgroups.slice(0, SUBGROUPS).map((g) => `- ${g.label} ${g.value}: ${errors(g)}`),
    ...report.warnings.map((w) => `Warning: ${w}`),
    ...(report.extrapolated.length > 0
      ? [
          `Too rare for so many pairs, and continued in the shape of the pack's own calibration: ${report.extrapolated.join(', ')}.`,
        ]
      : []),
    ...(unusable.pictures > 0
      ? [
          `${count(unusable.pictures, 'picture')} could not be used, and ${count(unusable.pairs, 'pair')} with them; the first: ${unusable.first
            .slice(0, 3)
            .map((u) => `${u.source} (${u.message})`)
            .join(', ')}`,
        ]
      : []),
    ...unlikely.impostor.slice(0, 2).map((p) => `Highest of two people: ${p.score.toFixed(3)} ${p.a} and ${p.b}`),
    ...unlikely.genuine
      .slice(0, 2)
      .map((p) => `Lowest of one person: ${p.score.toFixed(3)} ${p.a}${p.b === p.a ? '' : ` and ${p.b}`}`),
  ].filter(Boolean);
}

export function statusLines({ in_force, set_aside, history }: CalibrationStatus): string[] {
  const at = in_force.points.filter((p) =>
    in_force.operating_point === null
      ? p.point === 'balanced' || p.point === 'even'
      : p.point === in_force.operating_point,
  );
  return [
    `In force: ${in_force.calibration_id ?? "the pack's own"} (${in_force.set}), ${at.map((p) => `${p.point}: threshold ${p.threshold.toFixed(4)}`).join(', ')}`,
    ...(set_aside === null ? [] : [`Warning: ${set_aside}`]),
    ...history
      .slice(0, 5)
      .map(
        (h) =>
          `- ${h.created_at} ${h.event} ${h.calibration_id}: ${h.operating_point}, threshold ${h.threshold.toFixed(4)}, ${h.set}${h.fits ? '' : ' (outdated)'}`,
      ),
  ];
}

/** "0 false accepts in 420 pairs: FAR at most 0.9 %; 3 false rejects in 60 pairs: FRR 5 % (1.7–14 %)" */
function errors({ far, frr }: { far: RateAnswer; frr: RateAnswer }): string {
  return [rateWords(far, 'false accept', 'FAR'), rateWords(frr, 'false reject', 'FRR')].join('; ');
}

function rateWords({ rate, errors, trials, low, high }: RateAnswer, what: string, short: string): string {
  const percent = (share: number) => String(Number((100 * share).toPrecision(2)));
  if (rate === null) return `no pairs for ${short}`;
  return `${count(errors, what)} in ${count(trials, 'pair')}: ${short} ${errors === 0 ? `at most ${percent(high)} %` : `${percent(rate)} % (${percent(low)}–${percent(high)} %)`}`;
}
