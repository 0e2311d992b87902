/** What find_person is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { identityIdInput, imageInput, personNameInput, thresholdInput, videoIdsInput } from './fields.js';

/** One person asked for: exactly one field is given. */
const personSchema = z.strictObject({
  image: imageInput.optional().describe('path, https or data URL; every face in it'),
  name: personNameInput.optional().describe('or a part'),
  identity_id: identityIdInput.optional(),
});
export type PersonQuery = z.output<typeof personSchema>;

export const findRequestShape = {
  ...personSchema.shape,
  people: z
    .array(personSchema.extend({ image: imageInput.describe('').optional(), name: personNameInput.optional() }))
    .min(1)
    .max(20)
    .optional()
    .describe('several, each in one of these ways'),
  mode: z
    .enum(['any', 'together', 'videos'])
    .optional()
    .describe('of people: each (any, default), moments with all, or videos with all'),
  gap_s: z.number().min(0).max(3600).optional().describe('join appearances so close: scenes'),
  video_ids: videoIdsInput.optional(),
  threshold: thresholdInput.optional(),
} as const;
export type FindRequest = z.output<z.ZodObject<typeof findRequestShape>>;

/** Someone who is asked for, in one way. */
export type PersonAsked = { image: string } | { name: string } | { identity_id: string };

/** The people asked for. @throws RollcallError bad_argument unless each is given in exactly one way */
export function peopleAsked({ people, ...single }: Pick<FindRequest, keyof PersonQuery | 'people'>): PersonAsked[] {
  const asked = (people ?? [single]).map(personAsked);
  if (waysOf(single).length + (people ? 1 : 0) !== 1)
    throw new RollcallError(
      'bad_argument',
      'Give exactly one of image, name, identity_id and people.',
      'For several people use people: [{ image }, { name }, …] alone.',
    );
  if (asked.includes(null))
    throw new RollcallError(
      'bad_argument',
      'Each of people needs exactly one of image, name and identity_id.',
      'Split a person given twice into two entries, or keep the better one.',
    );
  return asked.filter((person) => person !== null);
}

function personAsked(query: PersonQuery): PersonAsked | null {
  const [only, ...others] = waysOf(query);
  return only === undefined || others.length > 0 ? null : only;
}

function waysOf({ image, name, identity_id }: PersonQuery): PersonAsked[] {
  return [
    ...(image === undefined ? [] : [{ image }]),
    ...(name === undefined ? [] : [{ name }]),
    ...(identity_id === undefined ? [] : [{ identity_id }]),
  ];
}
