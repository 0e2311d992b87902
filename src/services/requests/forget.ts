/** What forget is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { identityIdInput, videoIdsInput } from './fields.js';

export const forgetRequestShape = {
  identity_ids: z.array(identityIdInput).min(1).max(500).optional(),
  video_ids: videoIdsInput.optional(),
  before: z.iso.datetime({ offset: true }).optional(),
  /** Whoever calls must say so: there is no way back. */
  dry_run: z.boolean().default(true),
} as const;
export type ForgetRequest = z.output<z.ZodObject<typeof forgetRequestShape>>;

/** @throws RollcallError bad_argument */
export function checkForgetRequest({ identity_ids, video_ids, before }: ForgetRequest): void {
  if (identity_ids === undefined && video_ids === undefined && before === undefined)
    throw new RollcallError(
      'bad_argument',
      'Nothing is named that should be forgotten.',
      'Give identity_ids, video_ids or before.',
    );
}
