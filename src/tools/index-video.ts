import { z } from 'zod';
import { RollcallError } from '../domain/errors.js';
import { startAndWait } from './await-job.js';
import { defineTool } from './define-tool.js';
import { sourceInput, waitInput } from './inputs.js';
import { answerOfJob, jobAnswerShape } from './job-answer.js';

const seconds = (what: string) => z.number().min(0).describe(`${what}, seconds`);

export const indexVideo = defineTool({
  name: 'index_video',
  title: 'Index a video',
  description: [
    'Find the faces in a video and group them into people. Do this first: every other tool only knows indexed videos.',
    'Takes one video file, a folder of videos, or an https URL. Returns who appears and when (longest on screen first) and what was really looked at (coverage).',
    'If it takes longer than wait_s the answer holds a job instead: call job with its job_id until it is done. The same content is not indexed twice.',
  ].join(' '),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    source: sourceInput.describe('path of a video or of a folder of videos, or an https URL'),
    sample_fps: z
      .number()
      .min(0.1)
      .max(60)
      .optional()
      .describe('pictures looked at per second; more finds briefer appearances and takes longer'),
    start_s: seconds('look only from here').optional(),
    end_s: seconds('look only up to here').optional(),
    wait_s: waitInput,
    force: z.boolean().optional().describe('index again even if nothing changed'),
  }),
  output: z.object(jobAnswerShape),
  async handler({ wait_s, ...request }, context) {
    if (request.start_s !== undefined && request.end_s !== undefined && request.end_s <= request.start_s) {
      throw new RollcallError(
        'bad_argument',
        'end_s must be greater than start_s.',
        'Give a time range in seconds from the start of the video, or neither.',
      );
    }
    return answerOfJob(await startAndWait('index_video', request, wait_s, context), context);
  },
});
