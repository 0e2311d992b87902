/** What edits changed, or would change. */
import { z } from 'zod';
import { EDIT_ACTIONS } from '../../domain/edits/edit-log.js';
import { photosCount } from './identity.js';

const someoneSchema = z.object({ identity_id: z.string(), name: z.string().nullable() });

const meantSchema = z.object({ asked: z.string(), identity_id: z.string(), name: z.string() });
export type MeantPerson = z.infer<typeof meantSchema>;

const enrolledSchema = someoneSchema.extend({
  photos: z.array(
    z.object({
      source: z.string(),
      faces: z.number().int().describe('in the picture; the main one was taken'),
      used: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }).describe('pixels'),
      quality: z.number(),
    }),
  ),
  undecided: z
    .array(someoneSchema.extend({ score: z.number(), why: z.string() }))
    .describe('whom the photos fit as well, and why that is left to you'),
});

export const editStepSchema = z.object({
  action: z.enum(EDIT_ACTIONS),
  edit_id: z.string().nullable().describe('for undo; null in a dry run'),
  meant: z.array(meantSchema).describe('who was meant by the names given'),
  moved: z
    .array(
      z.object({
        from: z.string(),
        to: z.string(),
        from_name: z.string().nullable(),
        to_name: z.string().nullable(),
        seconds: z.number(),
        appearances: z.number().int().describe('in videos'),
        photos: photosCount,
        tracks: z.number().int(),
      }),
    )
    .describe('time on screen that changes hands, from identity to identity'),
  appeared: z.array(someoneSchema).describe('identities that there are now; ids of a dry run are provisional'),
  vanished: z.array(someoneSchema.extend({ merged_into: z.string().nullable() })).describe('ids that now redirect'),
  renamed: z.array(z.object({ identity_id: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
  ignored: z.array(z.string()),
  listed_again: z.array(z.string()),
  enrolled: enrolledSchema.nullable(),
  undone: z.array(z.string()).describe('edit_ids that this one took back'),
});
export type EditStep = z.infer<typeof editStepSchema>;

export const editAnswerShape = {
  dry_run: z.boolean(),
  steps: z.array(editStepSchema).describe('one for each edit'),
  hint: z.string(),
} as const;
export const editAnswerSchema = z.object(editAnswerShape);
export type EditAnswer = z.infer<typeof editAnswerSchema>;
