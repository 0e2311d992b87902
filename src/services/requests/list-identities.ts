/** What list_identities is asked. */
import { z } from 'zod';
import { personNameInput, videoIdsInput } from './fields.js';

export const identitiesRequestShape = {
  video_ids: videoIdsInput.optional(),
  name: personNameInput.optional().describe('a name or a part of it'),
  min_seconds: z.number().min(0).optional().describe('only people on screen for at least this long'),
  include_ignored: z.boolean().optional().describe('also identities that an edit ignores'),
  sort: z
    .enum(['seconds', 'videos', 'name'])
    .default('seconds')
    .describe('longest on screen first, in most videos first, or by name'),
} as const;
/** Descending for seconds and videos, ascending for names; ties by identity_id, so that pages are stable. */
export type IdentitiesRequest = z.output<z.ZodObject<typeof identitiesRequestShape>>;
