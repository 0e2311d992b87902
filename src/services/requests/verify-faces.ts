/** What verify_faces is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { identityIdInput, imageInput, personInput, personNameInput, thresholdInput } from './fields.js';

export const verifyRequestShape = {
  image_a: imageInput.optional(),
  image_b: imageInput.describe('').optional(),
  identity_id: identityIdInput.optional().describe('instead of image_b'),
  name: personNameInput.optional().describe('likewise'),
  identity_ids: z.array(personInput).length(2).optional().describe('two people: ids or names'),
  threshold: thresholdInput.describe('').optional(),
} as const;
export type VerifyRequest = z.output<z.ZodObject<typeof verifyRequestShape>>;

/** A picture and what it is compared with, or two people of the library. */
export type Compared =
  | { image_a: string; with: { image_b: string } | { identity_id: string } | { name: string } }
  | { identity_ids: readonly [string, string] };

/** What is compared. @throws RollcallError bad_argument unless it is two things */
export function compared({ image_a, image_b, identity_id, name, identity_ids }: VerifyRequest): Compared {
  const [only, ...others] = [
    ...(image_b === undefined ? [] : [{ image_b }]),
    ...(identity_id === undefined ? [] : [{ identity_id }]),
    ...(name === undefined ? [] : [{ name }]),
  ];
  const [a, b] = identity_ids ?? [];
  if (a !== undefined && b !== undefined && image_a === undefined && !only) return { identity_ids: [a, b] };
  if (identity_ids === undefined && image_a !== undefined && only && others.length === 0)
    return { image_a, with: only };
  throw new RollcallError(
    'bad_argument',
    'Give image_a with one of image_b, identity_id and name, or identity_ids alone.',
    'Compare image_a with another picture (image_b) or with a known identity (identity_id or name); or two people of the library (identity_ids).',
  );
}
