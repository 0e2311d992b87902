/** What show_faces is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { idInput, personInput } from './fields.js';

/** Faces on a sheet at most: more would be too small to look at. */
export const MOST_FACES = 24;

export const facesRequestShape = {
  identity_ids: z.array(personInput).min(1).max(2).optional().describe('one: their best faces; two: side by side'),
  track_ids: z.array(idInput('track')).min(1).max(MOST_FACES).optional(),
  video_id: idInput('video').optional().describe('with time_s; a photo without'),
  time_s: z.number().finite().optional(),
  limit: z.number().int().min(1).max(MOST_FACES).default(12),
} as const;
export type FacesRequest = z.output<z.ZodObject<typeof facesRequestShape>>;

/** What is to be shown; of a photo without a time. */
export type FacesAsked =
  | { of: 'identities'; identity_ids: readonly string[] }
  | { of: 'tracks'; track_ids: readonly string[] }
  | { of: 'moment'; video_id: string; time_s: number | undefined };

/** @throws RollcallError bad_argument unless it is asked in exactly one way */
export function facesAsked({ identity_ids, track_ids, video_id, time_s }: FacesRequest): FacesAsked {
  const asked: FacesAsked[] = [
    ...(identity_ids ? [{ of: 'identities', identity_ids } as const] : []),
    ...(track_ids ? [{ of: 'tracks', track_ids } as const] : []),
    ...(video_id !== undefined ? [{ of: 'moment', video_id, time_s } as const] : []),
  ];
  const [only, ...others] = asked;
  if (!only || others.length > 0 || (video_id === undefined && time_s !== undefined))
    throw new RollcallError(
      'bad_argument',
      'Give exactly one of identity_ids, track_ids, and video_id with time_s (a photo’s without).',
      'For a person { "identity_ids": ["identity_…"] }, for a moment { "video_id": "video_…", "time_s": 12.5 }.',
    );
  return only;
}
