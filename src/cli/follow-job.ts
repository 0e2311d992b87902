/** Work that takes its time, at a terminal: shown until it is done, cancelled by Ctrl-C. */
import { z } from 'zod';
import type { Tool } from '../tools/definition/define-tool.js';
import { job } from '../tools/job.js';
import type { CommandAnswer, CommandHost } from './host.js';
import { progressBar } from './progress-bar.js';
import { answerOf } from './run-tool.js';

/** One wait; the answer says whether the job goes on. */
const WAIT_S = 25;
const startedSchema = z.object({
  /** Something is known while the job goes on. */
  video_id: z.string().optional(),
  job: z.object({ job_id: z.string(), state: z.string() }).optional(),
});

/**
 * Calls a tool that may answer with a job, and follows that to its end; what is known before is shown at once.
 * @throws RollcallError the job's own
 */
export async function followJob(
  tool: Tool,
  args: Record<string, unknown>,
  host: CommandHost,
  signal: AbortSignal,
): Promise<CommandAnswer> {
  const bar = progressBar();
  const followed: CommandHost = { ...host, onProgress: (progress) => bar.show(progress) };
  let job_id: string | undefined;
  try {
    let answer = await answerOf(tool, { ...args, wait_s: WAIT_S }, followed, signal);
    for (;;) {
      const { video_id, job: going } = startedSchema.safeParse(answer.data).data ?? {};
      if (going === undefined || (going.state !== 'queued' && going.state !== 'running')) return answer;
      if (video_id !== undefined && job_id === undefined) bar.say(answer.text);
      job_id = going.job_id;
      answer = await answerOf(job, { job_id, wait_s: WAIT_S }, followed, signal);
    }
  } catch (error) {
    if (signal.aborted && job_id !== undefined) await (await host.jobs()).cancel(job_id);
    throw error;
  } finally {
    bar.stop();
  }
}
