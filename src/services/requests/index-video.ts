/** What index_video is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors.js';
import { sourceInput } from './fields.js';

const seconds = (what: string) => z.number().min(0).describe(`${what}, seconds`);

export const indexRequestShape = {
  source: sourceInput.describe('path of a video or of a folder of videos, or an https URL'),
  sample_fps: z
    .number()
    .min(0.1)
    .max(60)
    .optional()
    .describe('pictures looked at per second; more finds briefer appearances and takes longer'),
  start_s: seconds('look only from here').optional(),
  end_s: seconds('look only up to here').optional(),
  force: z.boolean().optional().describe('look again at what is known already, and replace it'),
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
