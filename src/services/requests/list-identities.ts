/** What list_identities is asked. */
import { z } from 'zod';
import { personNameInput, videoIdsInput } from './fields.js';

export const identitiesRequestShape = {
  video_ids: videoIdsInput.optional(),
  name: personNameInput.optional().describe('or a part'),
  min_seconds: z.number().min(0).optional().describe('on screen at least so long'),
  include_ignored: z.boolean().optional().describe('also those that an edit ignores'),
  sort: z.enum(['seconds', 'videos', 'name']).default('seconds'),
} as const;
/** Descending for seconds and videos, ascending for names; ties by identity_id, so that pages are stable. */
export type IdentitiesRequest = z.output<z.ZodObject<typeof identitiesRequestShape>>;
