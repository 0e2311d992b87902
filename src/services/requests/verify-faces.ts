/** What verify_faces is asked. */
import { type z } from 'zod';
import { RollcallError } from '../../domain/errors.js';
import { identityIdInput, imageInput, personNameInput, thresholdInput } from './fields.js';

export const verifyRequestShape = {
  image_a: imageInput,
  image_b: imageInput.describe('').optional(),
  identity_id: identityIdInput.optional().describe('instead of image_b'),
  name: personNameInput.optional().describe('likewise'),
  threshold: thresholdInput.optional(),
} as const;
export type VerifyRequest = z.output<z.ZodObject<typeof verifyRequestShape>>;

/** What image_a is compared with. @throws RollcallError bad_argument unless it is one thing */
export function comparedWith({
  image_b,
  identity_id,
  name,
}: VerifyRequest): { image_b: string } | { identity_id: string } | { name: string } {
  const [only, ...others] = [
    ...(image_b === undefined ? [] : [{ image_b }]),
    ...(identity_id === undefined ? [] : [{ identity_id }]),
    ...(name === undefined ? [] : [{ name }]),
  ];
  if (only && others.length === 0) return only;
  throw new RollcallError(
    'bad_argument',
    'Give one of image_b, identity_id and name.',
    'Compare image_a with another picture (image_b) or with a known identity (identity_id or name).',
  );
}
