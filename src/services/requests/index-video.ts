/** What index_video is asked. */
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { sourceInput } from './fields.js';

const secondInput = z.number().min(0).optional();

export const indexRequestShape = {
  source: sourceInput.describe('path or https URL'),
  sample_fps: z.number().min(0.1).max(60).optional().describe('more finds briefer appearances, slower'),
  start_s: secondInput.describe('look only at this range'),
  end_s: secondInput,
  quick: z.boolean().optional().describe('key frames first, to answer at once'),
  force: z.boolean().optional().describe('look again, replace what is known'),
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
