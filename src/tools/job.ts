/** The tool job. */
import { z } from 'zod';
import { jobSchema } from '../services/answers/job.js';
import { tellProgress } from './answers/await-job.js';
import { detailInput } from './definition/brief-answers.js';
import { defineTool } from './definition/define-tool.js';
import { count, lines } from './answers/format.js';
import { idInput } from '../services/requests/fields.js';
import { waitInput } from './definition/inputs.js';
import { fill, mostThat } from './answers/paging.js';
import { answerOfJob, jobLine, jobStatus } from './answers/job-answer.js';
import { inOutline, listing } from './answers/outlined-schema.js';

const LISTED = 20;

export const job = defineTool({
  name: 'job',
  title: 'Follow, list or cancel jobs',
  description: [
    'Wait up to wait_s for a job; again while job.state is queued or running. When done it answers what the tool would have that started it.',
    'Without job_id: the latest jobs. They survive restarts.',
  ].join(' '),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    job_id: idInput('job').optional(),
    wait_s: waitInput,
    cancel: z.boolean().optional().describe('stop it; finished videos stay indexed'),
    detail: detailInput.optional(),
  }),
  // What the tools' own schemas say is not said again: clients compile every schema at start.
  output: z.looseObject({
    ...listing({ video_id: z.string().optional() }),
    job: inOutline(jobSchema, "as index_video's").optional(),
    jobs: inOutline(z.array(jobSchema), 'newest first').optional(),
    hint: z.string().nullable(),
  }),
  async handler({ job_id, wait_s, cancel }, context) {
    const { signal, onProgress } = context;
    const jobs = await context.jobs();
    if (job_id === undefined) {
      const all = (await jobs.list()).map(jobStatus);
      const hint =
        all.length === 0
          ? 'No jobs yet: {index_video} or {calibrate} starts one.'
          : 'Give a job id to wait for it, or to see what came of it.';
      const answer = (n: number) => ({
        data: { jobs: all.slice(0, n), jobs_total: all.length, hint },
        text: lines([count(all.length, 'job'), ...all.slice(0, n).map(jobLine), hint]),
      });
      return answer(mostThat((n) => fill(answer(n), context), Math.min(LISTED, all.length)));
    }
    const record = cancel
      ? await jobs.cancel(job_id)
      : await jobs.wait(job_id, { wait_s, signal, onChange: tellProgress(onProgress) });
    const { data, text } = await answerOfJob(record, context);
    return { data: { ...data, job: jobStatus(record) }, text };
  },
});
