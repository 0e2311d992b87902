/** The tool index_video. */
import { z } from 'zod';
import { startAndWait } from './answers/await-job.js';
import { detailInput } from './definition/brief-answers.js';
import { defineTool } from './definition/define-tool.js';
import { checkIndexRequest, indexRequestShape } from '../services/requests/index-video.js';
import { waitInput } from './definition/inputs.js';
import { answerOfJob, jobAnswerShape } from './answers/job-answer.js';

export const indexVideo = defineTool({
  name: 'index_video',
  title: 'Index a video',
  description: [
    'Find the people in a video, a photo, or a folder of both. Other tools know indexed ones only.',
    'After wait_s it answers with a job: call job until done. A range or higher sample_fps adds what was not looked at so finely; warnings say what it replaced.',
  ].join(' '),
  // A finer look, or force, takes the place of what earlier ones found.
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    ...indexRequestShape,
    wait_s: waitInput,
    detail: detailInput.optional(),
  }),
  output: z.object(jobAnswerShape).describe('also source, duration_s, already_indexed (nothing was done), warnings'),
  async handler({ wait_s, detail: _, ...request }, context) {
    checkIndexRequest(request);
    return answerOfJob(await startAndWait('index_video', request, wait_s, context), context);
  },
});
