/** What co_occurrence is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { personInput, videoIdsInput } from './fields.js';

export const TOGETHER_MODES = ['same_frame', 'same_shot', 'within_s', 'enter', 'leave'] as const;
/** Seconds between two who come together, unless it is said. */
const COMING_S = 2;

export const togetherRequestShape = {
  identity_ids: z
    .array(personInput)
    .min(1)
    .max(100)
    .optional()
    .describe('one: who is with them; several: among them; none: everyone'),
  video_ids: videoIdsInput.optional(),
  mode: z
    .enum(TOGETHER_MODES)
    .default('same_frame')
    .describe('at once; in one shot; within within_s of each other; who comes, or goes, within within_s (2) of whom'),
  within_s: z.number().positive().max(3600).optional(),
} as const;
export type TogetherRequest = z.output<z.ZodObject<typeof togetherRequestShape>>;

/** Whether it is about moments at which people come or go. */
export function isAboutComings({ mode }: Pick<TogetherRequest, 'mode'>): boolean {
  return mode === 'enter' || mode === 'leave';
}

/** How far apart two may be, seconds; 0 where they have to be there at once. */
export function marginOf(request: TogetherRequest): number {
  return request.within_s ?? (isAboutComings(request) ? COMING_S : 0);
}

/** @throws RollcallError bad_argument */
export function checkTogetherRequest({ mode, within_s }: TogetherRequest): void {
  if (mode === 'within_s' ? within_s === undefined : within_s !== undefined && !isAboutComings({ mode }))
    throw new RollcallError(
      'bad_argument',
      'The argument within_s belongs to the modes within_s, enter and leave; the first needs it.',
      'Give both, as in { "mode": "within_s", "within_s": 10 }, or neither.',
    );
}
