/** What verify_faces is asked. */
import { type z } from 'zod';
import { RollcallError } from '../../domain/errors.js';
import { identityIdInput, imageInput, thresholdInput } from './fields.js';

export const verifyRequestShape = {
  image_a: imageInput,
  image_b: imageInput.optional(),
  identity_id: identityIdInput.optional().describe('compare with this identity instead of image_b'),
  threshold: thresholdInput.optional(),
} as const;
export type VerifyRequest = z.output<z.ZodObject<typeof verifyRequestShape>>;

/** What image_a is compared with. @throws RollcallError bad_argument unless it is one thing */
export function comparedWith({ image_b, identity_id }: VerifyRequest): { image_b: string } | { identity_id: string } {
  if (image_b !== undefined && identity_id === undefined) return { image_b };
  if (identity_id !== undefined && image_b === undefined) return { identity_id };
  throw new RollcallError(
    'bad_argument',
    'Give image_b or identity_id, one of the two.',
    'Compare image_a with another picture (image_b) or with a known identity (identity_id).',
  );
}
