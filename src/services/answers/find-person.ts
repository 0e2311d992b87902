/** What find_person answers, before paging. */
import { z } from 'zod';
import { coverageSchema } from './coverage.js';
import { decisionRecordSchema, decisionSchema } from './decision.js';
import { appearanceSchema, photosCount } from './identity.js';
import type { Titles } from './titles.js';

const candidateSchema = z.object({
  identity_id: z.string(),
  name: z.string().nullable(),
  score: z.number(),
  /** Of somebody like a person of the library: that they are one, and whether the library would suggest to ask. */
  chance: z.number().optional(),
  asked: z.boolean().optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** Those most like a face, best first. */
export const candidatesSchema = z.array(candidateSchema);

/** What is said of one queried face, name or identity. */
export const personHitSchema = z.object({
  query: z.string().describe('which face of the picture (left to right), or the name or id asked for'),
  box: z
    .object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() })
    .nullable()
    .describe('the face in the query picture, pixels'),
  decision: decisionRecordSchema
    .nullable()
    .describe('null when nothing was compared: a name or id was asked for, or nobody is there'),
  identity_id: z.string().nullable(),
  name: z.string().nullable(),
  seconds_on_screen: z.number(),
  photos: photosCount,
  candidates: candidatesSchema.describe(
    'nearest identities, best first, whatever the decision; of a name or id the others most like them',
  ),
});
export type PersonHit = z.infer<typeof personHitSchema>;

/** Of a scene: several appearances with short gaps between. */
const sceneShape = {
  seconds_on_screen: z.number().describe('without the gaps'),
  times: z.number().int().describe('appearances in it'),
  shots: z.number().int().describe('that it goes over'),
} as const;

const foundAppearanceSchema = appearanceSchema
  .extend({
    identity_id: z.string().nullable().describe('who it is; null for moments together, where it is everyone asked for'),
  })
  .extend(z.object(sceneShape).partial().shape);
export type FoundAppearance = z.infer<typeof foundAppearanceSchema>;

/** The top level speaks of the best hit. */
export const findAnswerShape = {
  decision: decisionSchema,
  score: z.number().nullable(),
  threshold: z.number().nullable(),
  margin: z.number().nullable(),
  estimated_far: z.number().nullable(),
  identity_id: z.string().nullable(),
  name: z.string().nullable(),
  people: z.array(personHitSchema).describe('one per face, name or id asked for'),
  appearances: z.array(foundAppearanceSchema).describe('by video and time'),
  appearances_total: z.number().int(),
  seconds_on_screen: z.number(),
  photos: photosCount,
  coverage: z.array(coverageSchema).readonly(),
  hint: z.string().nullable(),
} as const;
export const findAnswerSchema = z.object(findAnswerShape);
/** A film in which all are who were asked for. */
export const filmWithAllSchema = z.object({
  video_id: z.string(),
  title: z.string(),
  seconds: z.array(z.number()).describe('on screen, of each of people who is known'),
  together_s: z.number().describe('all of them at once'),
  photo: z.literal(true).optional().describe('it has no time: all are in it at once'),
});
export type FilmWithAll = z.infer<typeof filmWithAllSchema>;

/** @property films where films were asked for, those where all are longest at once first */
export type FindAnswer = z.infer<typeof findAnswerSchema> & { films: FilmWithAll[] | null; titles: Titles };
