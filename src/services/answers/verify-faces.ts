/** What verify_faces answers. */
import { z } from 'zod';
import { decisionRecordShape } from './decision.js';
import { candidatesSchema } from './find-person.js';

/** What is said of one picture. */
const faceUsedSchema = z.object({
  faces: z.number().int().describe('faces in the picture'),
  used: z
    .object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() })
    .describe('the face that was compared, pixels'),
  quality: z.number().describe('0..1'),
});

/** Two people of the library, and how alike they are. */
const identityPairSchema = z.object({
  identity_ids: z.array(z.string()),
  names: z.array(z.string().nullable()),
  chance: z.number().describe('that they are one, by number and quality of their faces'),
  asked: z.boolean().describe('whether the library suggests to ask'),
  best_score: z.number().nullable(),
  faces: z.array(z.string()).describe('track_ids of the pair most alike'),
});

export const verifyAnswerShape = {
  ...decisionRecordShape,
  identity_id: z.string().nullable(),
  name: z.string().nullable(),
  image_a: faceUsedSchema.nullable().describe('null when two identities are compared'),
  image_b: faceUsedSchema.nullable().describe('null when compared with an identity'),
  candidates: candidatesSchema.describe(
    'compared with an identity: who in the library is most like the face, or the first of two identities, best first',
  ),
  pair: identityPairSchema.nullable(),
} as const;
export const verifyAnswerSchema = z.object(verifyAnswerShape);
export type VerifyAnswer = z.infer<typeof verifyAnswerSchema>;
