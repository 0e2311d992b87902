/** Work that takes its time, at a terminal: shown until it is done, cancelled by Ctrl-C. */
import process from 'node:process';
import { Presets, SingleBar } from 'cli-progress';
import { z } from 'zod';
import type { Tool } from '../tools/define-tool.js';
import { durationWords } from '../tools/format.js';
import { job } from '../tools/job.js';
import type { CommandAnswer, CommandHost } from './host.js';
import { answerOf } from './run-tool.js';

/** One wait; the answer says whether the job goes on. */
const WAIT_S = 25;
const startedSchema = z.object({ job: z.object({ job_id: z.string(), state: z.string() }).optional() });

/** Calls a tool that may answer with a job, and follows that to its end. @throws RollcallError the job's own */
export async function followJob(
  tool: Tool,
  args: Record<string, unknown>,
  host: CommandHost,
  signal: AbortSignal,
): Promise<CommandAnswer> {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage} % | {stage} | {left}',
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(100, 0, { stage: 'starting', left: '' });
  const followed: CommandHost = {
    ...host,
    onProgress: ({ fraction, stage, eta_s }) =>
      bar.update(Math.round(fraction * 100), {
        stage,
        left: eta_s === null ? '' : `about ${durationWords(eta_s)} left`,
      }),
  };
  let job_id: string | undefined;
  try {
    let answer = await answerOf(tool, { ...args, wait_s: WAIT_S }, followed, signal);
    for (;;) {
      const going = startedSchema.safeParse(answer.data).data?.job;
      if (going === undefined || (going.state !== 'queued' && going.state !== 'running')) return answer;
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
