/** Why an answer says what it says: the record of a decision, as clients get it. */
import { z } from 'zod';
import { ALL_POINTS } from '../../domain/scores/operating-points.js';
import { DECISIONS, type DecisionRecord } from '../../domain/scores/decision.js';

const calibrationSchema = z.object({
  set: z.string().describe('the evaluation the threshold comes from'),
  point: z
    .enum(ALL_POINTS)
    .nullable()
    .describe(
      'whose threshold decided: even for one picture against another, balanced against people of the library unless set otherwise; null: given',
    ),
  far: z.number().describe('false-accept rate measured at the threshold, per comparison'),
  frr: z.number().describe('false-reject rate measured at the threshold'),
  calibration_id: z
    .string()
    .nullable()
    .describe('the calibration in force (see calibrate); null: the one that comes with the model pack'),
});

export const decisionSchema = z.enum(DECISIONS);

export const decisionRecordShape = {
  decision: decisionSchema,
  score: z.number(),
  threshold: z.number(),
  margin: z.number().nullable(),
  estimated_far: z.number(),
  estimated_far_library: z.number().nullable().describe('of anyone in the library'),
  raw_cosine: z.number().describe('before normalisation'),
  network_cosines: z
    .record(z.string(), z.number())
    .describe('by network; that they disagree says no more of doubt than margin'),
  model_pack: z.string(),
  calibration: calibrationSchema,
  reasons: z.array(z.string()),
} as const;
export const decisionRecordSchema = z.object(decisionRecordShape) satisfies z.ZodType<DecisionRecord>;
