/** What calibrate answers, as zod schemas: see answers.ts. */
import { z } from 'zod';
import { POINT_NAMES } from '../../domain/scores/operating-points.js';

const pointNameSchema = z
  .enum(POINT_NAMES)
  .describe('aims at a false-accept rate of 1e-4 (strict), 1e-3 (balanced) or 1e-2 (loose)');

const rateSchema = z.object({
  rate: z.number().nullable().describe('null where there were no pairs'),
  errors: z.number().int(),
  trials: z.number().int().describe('pairs'),
  low: z.number().describe('lower end of the 95 % interval (Wilson)'),
  high: z.number().describe('upper end'),
});
export type RateAnswer = z.infer<typeof rateSchema>;

const errorsShape = {
  threshold: z.number(),
  far: rateSchema.describe('false accepts: pairs of two people at or above the threshold'),
  frr: rateSchema.describe('false rejects: pairs of one person below it'),
} as const;

const namedPairSchema = z.object({ a: z.string(), b: z.string(), score: z.number() });

export const calibrationReportSchema = z.object({
  calibration_id: z.string().nullable().describe('under which it is kept; null when refused, then nothing is kept'),
  applied: z.boolean().describe('whether this call put it in force'),
  source: z.enum(['pairs_file', 'pairs', 'library']),
  set: z.string().describe('what was measured on, in words'),
  model_pack: z.string(),
  operating_point: pointNameSchema,
  pairs: z.object({
    genuine: z.number().int().describe('of one person'),
    impostor: z.number().int().describe('of two people'),
    from_edits: z
      .object({ genuine: z.number().int(), impostor: z.number().int() })
      .optional()
      .describe('how many of them edits said; of the library only'),
  }),
  chosen: z
    .object(errorsShape)
    .nullable()
    .describe(
      'the threshold for the operating point, and its errors on the pairs it was chosen on (by the threshold alone: what a decision would call ambiguous counts as accepted); null when refused',
    ),
  needed: z
    .object({ genuine: z.number().int(), impostor: z.number().int() })
    .describe('pairs still needed to choose this operating point; 0 and 0 when it was chosen'),
  extrapolated: z
    .array(pointNameSchema)
    .describe('points too rare for so many pairs: continued in the shape of the shipped calibration'),
  shipped: z
    .array(z.object({ point: z.enum([...POINT_NAMES, 'even']), ...errorsShape }))
    .describe("errors of the pack's own thresholds on the same pairs"),
  subgroups: z
    .array(
      z.object({
        label: z.string(),
        value: z.string(),
        far: rateSchema,
        frr: rateSchema,
        warning: z.string().nullable().describe('set where it is far worse than all pairs together'),
      }),
    )
    .describe('by label, at the chosen threshold (when refused: at the shipped one)'),
  subgroups_total: z.number().int(),
  curve: z
    .array(z.object({ score: z.number(), far: z.number().nullable(), frr: z.number().nullable() }))
    .describe('error rates by threshold; null without such pairs'),
  unlikely: z
    .object({
      impostor: z.array(namedPairSchema).describe('pairs of two people that score highest'),
      genuine: z.array(namedPairSchema).describe('pairs of one person that score lowest'),
    })
    .describe('where to look for wrong labels: a few of them spoil a threshold'),
  unusable: z.object({
    pictures: z.number().int(),
    pairs: z.number().int().describe('left out because of them'),
    first: z.array(z.object({ source: z.string(), code: z.string(), message: z.string() })),
  }),
  warnings: z.array(z.string()),
});
export type CalibrationReport = z.infer<typeof calibrationReportSchema>;

export const calibrationStatusShape = {
  in_force: z
    .object({
      calibration_id: z.string().nullable().describe("null: the pack's own"),
      set: z.string(),
      operating_point: pointNameSchema
        .nullable()
        .describe('decides every question; null: even for 1:1 and balanced for searches'),
      points: z.array(
        z.object({ point: z.enum([...POINT_NAMES, 'even']), threshold: z.number(), far: z.number(), frr: z.number() }),
      ),
    })
    .describe('what every decision uses now'),
  set_aside: z
    .string()
    .nullable()
    .describe('why the calibration that was applied last is not in force although nobody reverted it; null otherwise'),
  history: z
    .array(
      z.object({
        created_at: z.string().describe('ISO 8601, UTC'),
        event: z.enum(['made', 'applied', 'reverted']),
        calibration_id: z.string(),
        set: z.string(),
        operating_point: pointNameSchema,
        threshold: z.number(),
        fits: z.boolean().describe('false: made before the pack changed, and never in force'),
      }),
    )
    .describe('newest first'),
  history_total: z.number().int(),
} as const;
export type CalibrationStatus = z.infer<z.ZodObject<typeof calibrationStatusShape>>;
