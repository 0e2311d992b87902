/** What index_video is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors.js';
import { sourceInput } from './fields.js';

const seconds = (what: string) => z.number().min(0).describe(what);

export const indexRequestShape = {
  source: sourceInput.describe('path of a video or folder, or https URL'),
  sample_fps: z
    .number()
    .min(0.1)
    .max(60)
    .optional()
    .describe('pictures per second; more finds briefer appearances, slower'),
  start_s: seconds('look only from here').optional(),
  end_s: seconds('up to here').optional(),
  force: z.boolean().optional().describe('look again, and replace what is known'),
} as const;
export const indexRequestSchema = z.object(indexRequestShape);
export type IndexRequest = z.output<typeof indexRequestSchema>;

/** @throws RollcallError bad_argument */
export function checkIndexRequest({ start_s, end_s }: IndexRequest): void {
  if (start_s !== undefined && end_s !== undefined && end_s <= start_s)
    throw new RollcallError(
      'bad_argument',
      'end_s must be greater than start_s.',
      'Give a time range in seconds from the start of the video, or neither.',
    );
}
