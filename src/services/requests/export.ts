/** What export is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { EXPORT_FORMATS } from '../../domain/handover/formats.js';
import { personInput, targetInput, videoIdsInput } from './fields.js';

export const exportRequestShape = {
  format: z.enum(EXPORT_FORMATS),
  identity_ids: z.array(personInput).min(1).max(200).optional(),
  together: z.boolean().optional(),
  video_ids: videoIdsInput.optional(),
  out: targetInput.optional().describe('file or folder'),
  overwrite: z.boolean().optional(),
  limit: z.number().int().min(1).max(50).optional().describe('stills of each'),
} as const;
export type ExportRequest = z.output<z.ZodObject<typeof exportRequestShape>>;

/** @throws RollcallError bad_argument */
export function checkExportRequest({ format, identity_ids = [], together, out }: ExportRequest): void {
  if (together && new Set(identity_ids).size < 2)
    throw new RollcallError('bad_argument', 'together needs two identity_ids or more.', 'Give identity_ids of two.');
  if (format !== 'stills') return;
  if (out === undefined) throw new RollcallError('bad_argument', 'Stills are files.', 'Give a folder as {out}.');
  if (identity_ids.length === 0 || together)
    throw new RollcallError('bad_argument', 'Stills are of people.', 'Give identity_ids, without together.');
}
