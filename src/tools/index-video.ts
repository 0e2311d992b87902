/** The tool index_video. */
import { z } from 'zod';
import { startAndWait } from './await-job.js';
import { defineTool } from './define-tool.js';
import { checkIndexRequest, indexRequestShape } from '../services/requests/index-video.js';
import { waitInput } from './inputs.js';
import { answerOfJob, jobAnswerShape } from './job-answer.js';

export const indexVideo = defineTool({
  name: 'index_video',
  title: 'Index a video',
  description: [
    'Find the faces in a video and group them into people. Do this first: every other tool only knows indexed videos.',
    'Takes one video file, a folder of videos, or an https URL. Returns who appears and when (longest on screen first) and what was really looked at (coverage).',
    'If it takes longer than wait_s the answer holds a job instead: call job with its job_id until it is done. The same content is not indexed twice: a time range or a higher sample_fps adds what was not looked at so finely yet, and a warning says what it replaced.',
  ].join(' '),
  // A finer look, or force, takes the place of what earlier ones found.
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    ...indexRequestShape,
    wait_s: waitInput,
  }),
  output: z.object(jobAnswerShape),
  async handler({ wait_s, ...request }, context) {
    checkIndexRequest(request);
    return answerOfJob(await startAndWait('index_video', request, wait_s, context), context);
  },
});
