import { z } from 'zod';
import { jobSchema } from '../domain/answers.js';
import { tellProgress } from './await-job.js';
import { calibrationAnswerShape } from './calibration-answer.js';
import { defineTool } from './define-tool.js';
import { count, lines } from './format.js';
import { idInput, waitInput } from './inputs.js';
import { answerOfJob, jobAnswerShape, jobLine, jobStatus } from './job-answer.js';

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
  // The report's fields are in calibrate's own schema: clients compile every schema at start.
  output: z.object({ ...jobAnswerShape, ...calibrationAnswerShape, report: z.record(z.string(), z.unknown()).optional().describe('of a calibrate job: its report'), jobs: z.array(jobSchema).optional().describe('newest first, when no job_id was given') }),
  async handler({ job_id, wait_s, cancel }, context) {
    const { jobs, signal, onProgress } = context;
    if (job_id === undefined) {
      const all = (await jobs.list()).map(jobStatus);
      const hint = all.length === 0 ? 'No jobs yet: index_video or calibrate starts one.' : 'Give a job_id to wait for one, or to see what came of it.';
      return { data: { jobs: all.slice(0, LISTED), hint }, text: lines([count(all.length, 'job'), ...all.slice(0, LISTED).map(jobLine), hint]) };
    }
    const record = cancel
      ? await jobs.cancel(job_id)
      : await jobs.wait(job_id, { wait_s, signal, onChange: tellProgress(onProgress) });
    const { data, text } = await answerOfJob(record, context);
    return { data: { ...data, job: jobStatus(record) }, text };
  },
});
