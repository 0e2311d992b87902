/** How a calibration is put to a person, and the fields that calibrate and job share. */
import { z } from 'zod';
import { jobSchema } from '../../services/answers/job.js';
import {
  calibrationReportSchema,
  calibrationStatusShape,
  type CalibrationReport,
  type CalibrationStatus,
  type RateAnswer,
} from '../../services/answers/calibration-report.js';
import type { Detail } from '../definition/brief-answers.js';
import type { ToolAnswer } from '../definition/define-tool.js';
import { count, lines } from './format.js';
import { inOutline, listing } from './outlined-schema.js';
import { fits } from './paging.js';

const { history, in_force, set_aside, history_total } = calibrationStatusShape;

export const calibrationAnswerShape = {
  report: inOutline(
    calibrationReportSchema,
    'calibration_id (null: refused), applied, set, pairs and needed (genuine, impostor; from_edits), chosen and shipped (threshold; far, frr with low and high at 95 %), subgroups, curve, unlikely (wrong labels?), unusable, extrapolated (too rare to measure), warnings',
  ).optional(),
  in_force: inOutline(
    in_force,
    'calibration_id (null: of the pack), set, operating_point (null: even 1:1, balanced in searches), points',
  ).optional(),
  set_aside: set_aside.optional().describe('why the last one is not in force'),
  history: inOutline(history, 'newest first').optional(),
  ...listing({ history_total: history_total.optional() }),
  job: inOutline(jobSchema, "as index_video's").optional(),
  hint: z.string().nullable(),
} as const;
export type CalibrationAnswer = z.input<z.ZodObject<typeof calibrationAnswerShape>>;

/** How much of each list is told, by how little room there is. */
const SCALES = [
  { subgroups: 6, first: 3, history: 5 },
  { subgroups: 4, first: 1, history: 3 },
  { subgroups: 2, first: 1, history: 1 },
] as const;
type Scale = (typeof SCALES)[number];
/** In full, subgroups that the text has. */
const SUBGROUPS = 12;

/** What is in force, after what was measured, if anything was. */
export function calibrationAnswer(
  report: CalibrationReport | null,
  status: CalibrationStatus,
  detail: Detail,
): ToolAnswer<CalibrationAnswer> {
  const hint = report
    ? nextStep(report)
    : status.in_force.calibration_id === null
      ? '{calibrate} without arguments measures on the library, {calibrate pairs_file} on labelled pictures.'
      : '{calibrate revert} goes back to the one before.';
  if (detail === 'full')
    return {
      data: { ...(report ? { report } : {}), ...status, hint },
      text: lines([...(report ? reportLines(report, SUBGROUPS) : []), ...statusLines(status), hint]),
    };
  const short = (scale: Scale) => {
    const told = report && shortReport(report, scale);
    const now = { ...status, history: status.history.slice(0, scale.history) };
    return {
      data: { ...(told ? { report: told } : {}), ...now, hint },
      text: lines([...(told ? reportLines(told, scale.subgroups) : []), ...statusLines(now), hint]),
    };
  };
  const [most, ...less] = SCALES;
  return less.reduce((answer, scale) => (fits(answer, { detail }) ? answer : short(scale)), short(most));
}

/** Without the curve, and of every list the first: `job` with its job_id and detail full has the rest. */
function shortReport(report: CalibrationReport, { first, subgroups: groups }: Scale): CalibrationReport {
  const { shipped, operating_point, unlikely, unusable, subgroups, warnings } = report;
  return {
    ...report,
    curve: [],
    shipped: shipped.filter((s) => s.point === operating_point),
    subgroups: subgroups.slice(0, groups),
    warnings: warnings.slice(0, first),
    unlikely: { impostor: unlikely.impostor.slice(0, first), genuine: unlikely.genuine.slice(0, first) },
    unusable: { ...unusable, first: unusable.first.slice(0, first) },
  };
}

function nextStep({ chosen, applied, calibration_id }: CalibrationReport): string {
  if (!chosen)
    return 'Nothing was kept and nothing changed. Give more labelled pairs, index more footage, or ask for a looser operating_point.';
  return applied
    ? '{calibrate revert} goes back to the one before.'
    : `Nothing changed yet: {calibrate apply} puts ${calibration_id ?? 'it'} in force.`;
}

function reportLines(report: CalibrationReport, groups: number): string[] {
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
    ...report.subgroups.slice(0, groups).map((g) => `- ${g.label} ${g.value}: ${errors(g)}`),
    report.subgroups_total > groups ? `- and ${report.subgroups_total - groups} more subgroups` : '',
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

const LATEST = 5;

function statusLines({ in_force, set_aside, history }: CalibrationStatus): string[] {
  const at = in_force.points.filter((p) =>
    in_force.operating_point === null
      ? p.point === 'balanced' || p.point === 'even'
      : p.point === in_force.operating_point,
  );
  return [
    `In force: ${in_force.calibration_id ?? "the pack's own"} (${in_force.set}), ${at.map((p) => `${p.point}: threshold ${p.threshold.toFixed(4)}`).join(', ')}`,
    ...(set_aside === null ? [] : [`Warning: ${set_aside}`]),
    ...history
      .slice(0, LATEST)
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
