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

export const verifyAnswerShape = {
  ...decisionRecordShape,
  identity_id: z.string().nullable(),
  name: z.string().nullable(),
  image_a: faceUsedSchema,
  image_b: faceUsedSchema.nullable().describe('null when compared with an identity'),
  candidates: candidatesSchema.describe(
    'compared with an identity: who in the library is most like the face, best first',
  ),
} as const;
export const verifyAnswerSchema = z.object(verifyAnswerShape);
export type VerifyAnswer = z.infer<typeof verifyAnswerSchema>;
