/** What co_occurrence is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors.js';
import { identityIdInput, videoIdsInput } from './fields.js';

export const togetherRequestShape = {
  identity_ids: z
    .array(identityIdInput)
    .min(1)
    .max(100)
    .optional()
    .describe('one: who is with them; several: among them; none: everyone'),
  video_ids: videoIdsInput.optional(),
  mode: z
    .enum(['same_frame', 'same_shot', 'within_s'])
    .default('same_frame')
    .describe('at once; in one shot; within within_s of each other'),
  within_s: z.number().positive().max(3600).optional(),
} as const;
export type TogetherRequest = z.output<z.ZodObject<typeof togetherRequestShape>>;

/** @throws RollcallError bad_argument */
export function checkTogetherRequest({ mode, within_s }: TogetherRequest): void {
  if ((mode === 'within_s') !== (within_s !== undefined))
    throw new RollcallError(
      'bad_argument',
      'mode within_s and the argument within_s belong together.',
      'Give both, as in { "mode": "within_s", "within_s": 10 }, or neither.',
    );
}
