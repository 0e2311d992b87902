/** What changing the pack of a library is asked. */
import { z } from 'zod';

export const changePackRequestSchema = z.strictObject({
  pack: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/)
    .describe('the model pack that the library is to belong to'),
});
export type ChangePackRequest = z.output<typeof changePackRequestSchema>;
