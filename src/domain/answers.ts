/**
 * The records that services return and tools show, as zod schemas: one definition for the types inside
 * and for the output schemas at the border. Field names are the ones clients rely on (snake_case, seconds).
 */
import { z } from 'zod';

const seconds = (what: string) => z.number().describe(`${what}, seconds on the video's presentation timeline`);

export const intervalSchema = z.object({ start_s: seconds('start'), end_s: seconds('end') });

export const appearanceSchema = z.object({
  video_id: z.string(),
  start_s: seconds('first moment on screen'),
  end_s: seconds('last moment on screen'),
  score: z
    .number()
    .nullable()
    .describe(
      'similarity to what was asked for (find_person), or the cohesion of the identity; null where nothing was compared',
    ),
  track_ids: z.array(z.string()),
});
export type Appearance = z.infer<typeof appearanceSchema>;

export const calibrationSchema = z.object({
  set: z.string().describe('the evaluation the threshold comes from'),
  far: z.number().describe('false-accept rate measured at the threshold, per comparison'),
  frr: z.number().describe('false-reject rate measured at the threshold'),
  calibration_id: z
    .string()
    .nullable()
    .describe('the calibration in force (see calibrate); null: the one that comes with the model pack'),
});

export const decisionSchema = z.enum(['match', 'no_match', 'ambiguous']);
export type Decision = z.infer<typeof decisionSchema>;

/** Why an answer says what it says. */
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
export const decisionRecordSchema = z.object(decisionRecordShape);
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;

export const coverageSchema = z.object({
  video_id: z.string(),
  source: z.string(),
  decoded: z.array(intervalSchema).describe('the time ranges that were really looked at'),
  sample_fps: z.number().describe('pictures looked at per second of video'),
  faces_seen: z.number().int(),
  faces_kept: z.number().int().describe('good enough to be embedded'),
  gated: z.record(z.string(), z.number().int()).describe('seen but not embedded, by reason'),
  ended_early: z.string().nullable().describe('why decoding stopped before the end, if it did'),
  merge_refused: z
    .number()
    .int()
    .optional()
    .describe(
      'its faces would have made so many known people one; that was taken for a mistake, and nobody was merged',
    ),
});
export type Coverage = z.infer<typeof coverageSchema>;

export const bestFaceSchema = z.object({
  track_id: z.string(),
  video_id: z.string(),
  time_s: seconds('moment of the best face'),
  quality: z.number(),
});

export const identitySchema = z.object({
  identity_id: z.string(),
  name: z.string().nullable(),
  seconds_on_screen: z.number(),
  video_ids: z.array(z.string()),
  appearances: z.array(appearanceSchema).describe('the first ones; find_person with identity_id pages through all'),
  appearances_total: z.number().int(),
  tracks: z.number().int().describe('tracks that make up this identity'),
  best_face: bestFaceSchema.nullable(),
});
export type IdentityAnswer = z.infer<typeof identitySchema>;

export const jobStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export const jobSchema = z.object({
  job_id: z.string(),
  state: jobStateSchema,
  progress: z.number().min(0).max(1),
  eta_s: z.number().nullable(),
  stage: z.string(),
  source: z.string(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});
export type JobStatus = z.infer<typeof jobSchema>;

/** What index_video says of one video. */
export const videoAnswerShape = {
  video_id: z.string(),
  source: z.string(),
  duration_s: z.number(),
  already_indexed: z.boolean().describe('the same content was indexed before; nothing was done'),
  identities: z.array(identitySchema).describe('who is in this video, longest on screen first'),
  identities_total: z.number().int(),
  coverage: z.array(coverageSchema),
  warnings: z.array(z.string()),
} as const;
export const videoAnswerSchema = z.object(videoAnswerShape);
export type VideoAnswer = z.infer<typeof videoAnswerSchema>;

/** What find_person says of one queried face, name or identity. */
export const personHitSchema = z.object({
  query: z.string().describe('which face of the picture (left to right), or the name or id asked for'),
  box: z
    .object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() })
    .nullable()
    .describe('the face in the query picture, pixels'),
  decision: decisionRecordSchema
    .nullable()
    .describe('null when a name or id was asked for: nothing had to be compared'),
  identity_id: z.string().nullable(),
  name: z.string().nullable(),
  seconds_on_screen: z.number(),
  candidates: z
    .array(z.object({ identity_id: z.string(), name: z.string().nullable(), score: z.number() }))
    .describe('nearest identities, best first, whatever the decision'),
});
export type PersonHit = z.infer<typeof personHitSchema>;

export const pairSchema = z.object({
  a: z.string(),
  b: z.string(),
  a_name: z.string().nullable(),
  b_name: z.string().nullable(),
  seconds: z.number(),
  times: z.number().int(),
  intervals: z.array(z.object({ video_id: z.string(), start_s: z.number(), end_s: z.number() })),
  jaccard: z.number().describe('seconds together ÷ seconds either is on screen'),
});
export type PairAnswer = z.infer<typeof pairSchema>;

export const groupSchema = z.object({
  identity_ids: z.array(z.string()),
  names: z.array(z.string().nullable()),
  seconds: z.number(),
  intervals: z.array(z.object({ video_id: z.string(), start_s: z.number(), end_s: z.number() })),
});
export type GroupAnswer = z.infer<typeof groupSchema>;

/** What verify_faces says of one picture. */
export const faceUsedSchema = z.object({
  faces: z.number().int().describe('faces in the picture'),
  used: z
    .object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() })
    .describe('the face that was compared, pixels'),
  quality: z.number().describe('0..1'),
});

export const verifyAnswerShape = {
  ...decisionRecordShape,
  identity_id: z.string().nullable().describe('the identity compared with, if one was given'),
  name: z.string().nullable(),
  image_a: faceUsedSchema,
  image_b: faceUsedSchema.nullable().describe('null when compared with an identity'),
} as const;
export const verifyAnswerSchema = z.object(verifyAnswerShape);
export type VerifyAnswer = z.infer<typeof verifyAnswerSchema>;

export const foundAppearanceSchema = appearanceSchema.extend({
  identity_id: z.string().nullable().describe('who it is; null for moments together, where it is everyone asked for'),
});
export type FoundAppearance = z.infer<typeof foundAppearanceSchema>;

/** The whole answer of find_person, before paging. The top level speaks of the best hit. */
export const findAnswerShape = {
  decision: decisionSchema.describe('of the best hit; match for a name or id that is known'),
  score: z.number().nullable().describe('null when a name or id was asked for'),
  threshold: z.number().nullable(),
  margin: z.number().nullable(),
  estimated_far: z.number().nullable(),
  identity_id: z.string().nullable(),
  name: z.string().nullable(),
  people: z.array(personHitSchema).describe('one per face, name or id asked for'),
  appearances: z.array(foundAppearanceSchema).describe('by video and time'),
  appearances_total: z.number().int(),
  seconds_on_screen: z.number().describe('of all appearances, including those on other pages'),
  coverage: z.array(coverageSchema),
  hint: z.string().nullable().describe('what to do next'),
} as const;
export const findAnswerSchema = z.object(findAnswerShape);
export type FindAnswer = z.infer<typeof findAnswerSchema>;

/** One video of the library. */
export const videoSummarySchema = z.object({
  video_id: z.string(),
  source: z.string(),
  duration_s: z.number(),
  indexed_at: z.string().describe('ISO 8601, UTC'),
  identities_total: z.number().int(),
  coverage: coverageSchema,
});
export type VideoSummary = z.infer<typeof videoSummarySchema>;
