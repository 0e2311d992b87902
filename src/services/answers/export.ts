/** What export answers. */
import { z } from 'zod';
import { EXPORT_FORMATS } from '../../domain/handover/formats.js';

export const exportAnswerShape = {
  format: z.enum(EXPORT_FORMATS),
  /** Written, with the rows, cues or markers in each. */
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), entries: z.number().int() })),
  /** The file itself, where nothing was written. */
  content: z.string().optional(),
  people: z.number().int(),
  videos: z.number().int(),
  appearances: z.number().int(),
  seconds: z.number(),
  left_out: z.array(z.string()),
  uncertainty: z.array(z.string()),
} as const;
export type ExportAnswer = z.infer<z.ZodObject<typeof exportAnswerShape>>;
