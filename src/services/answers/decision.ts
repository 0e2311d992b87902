/** Why an answer says what it says: the record of a decision, as clients get it. */
import { z } from 'zod';
import { ALL_POINTS } from '../../domain/scores/calibration-model.js';
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
  decision: decisionSchema.describe('match, no_match, or ambiguous: too close to call, look at the evidence'),
  score: z.number().describe('similarity that was compared with the threshold'),
  threshold: z.number().describe('τ: at or above it two faces count as one person'),
  margin: z.number().nullable().describe('score minus the best score of anyone else; null where there is no one else'),
  estimated_far: z.number().describe('chance that two different people score this high, per comparison'),
  estimated_far_library: z
    .number()
    .nullable()
    .describe('chance that anyone at all in what was searched scores this high by accident; null for 1:1'),
  raw_cosine: z.number().describe('plain cosine of the two embeddings, before any normalisation'),
  network_cosines: z
    .record(z.string(), z.number())
    .describe(
      'cosine by each network of the pack alone; that they disagree says no more of doubt than the margin does',
    ),
  model_pack: z.string(),
  calibration: calibrationSchema,
  reasons: z.array(z.string()).describe('in words: what made it ambiguous or weak'),
} as const;
export const decisionRecordSchema = z.object(decisionRecordShape) satisfies z.ZodType<DecisionRecord>;
