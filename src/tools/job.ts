/** The tool job. */
import { z } from 'zod';
import { jobSchema } from '../services/answers/job.js';
import { tellProgress } from './await-job.js';
import { defineTool } from './define-tool.js';
import { count, lines } from './format.js';
import { idInput } from '../services/requests/fields.js';
import { waitInput } from './inputs.js';
import { answerOfJob, jobLine, jobStatus } from './job-answer.js';

const LISTED = 20;

export const job = defineTool({
  name: 'job',
  title: 'Follow, list or cancel jobs',
  description: [
    'Wait for a job that index_video or calibrate started: returns when it is done or after wait_s, whichever comes first; call it again until job.state is done, failed or cancelled.',
    'When done the answer is what that tool would have returned. Without job_id it lists the latest jobs. With cancel it stops the job.',
    'Jobs survive a restart of the server.',
  ].join(' '),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    job_id: idInput('job').optional().describe('from index_video or calibrate; leave out to list jobs'),
    wait_s: waitInput,
    cancel: z.boolean().optional().describe('stop this job; videos it has finished stay indexed'),
  }),
  // What the tools' own schemas say is not said again: clients compile every schema at start.
  output: z.looseObject({
    video_id: z
      .string()
      .optional()
      .describe('when done: first of the fields that index_video answers; calibrate answers with a report instead'),
    job: jobSchema.optional().describe('present while the work goes on, or when it did not end well'),
    jobs: z.array(jobSchema).optional().describe('newest first, when no job_id was given'),
    hint: z.string().nullable().describe('what to do next'),
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
      return {
        data: { jobs: all.slice(0, LISTED), hint },
        text: lines([count(all.length, 'job'), ...all.slice(0, LISTED).map(jobLine), hint]),
      };
    }
    const record = cancel
      ? await jobs.cancel(job_id)
      : await jobs.wait(job_id, { wait_s, signal, onChange: tellProgress(onProgress) });
    const { data, text } = await answerOfJob(record, context);
    return { data: { ...data, job: jobStatus(record) }, text };
  },
});
