/** What list_identities is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { personNameInput, videoIdsInput } from './fields.js';

export const identitiesRequestShape = {
  video_ids: videoIdsInput.optional(),
  name: personNameInput.optional().describe('or a part'),
  at_s: z.number().optional().describe('who is on screen then, in one video'),
  min_seconds: z.number().min(0).optional(),
  include_ignored: z.boolean().optional(),
  sort: z.enum(['seconds', 'videos', 'name']).default('seconds'),
} as const;
/** Descending for seconds and videos, ascending for names; ties by identity_id, so that pages are stable. */
export type IdentitiesRequest = z.output<z.ZodObject<typeof identitiesRequestShape>>;

/** @throws RollcallError bad_argument */
export function checkIdentitiesRequest({ at_s, video_ids }: Partial<IdentitiesRequest>): void {
  if (at_s !== undefined && video_ids?.length !== 1)
    throw new RollcallError(
      'bad_argument',
      'at_s is a moment of one video.',
      'Give the video as well, as in { "video_ids": ["V3"], "at_s": 750 }.',
    );
}
