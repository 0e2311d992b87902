/** `jobs`: the tool job at a terminal. */
import type { Command } from 'commander';
import { job } from '../../tools/job.js';
import type { Run } from '../host.js';
import { answerOf } from '../run-tool.js';

export function addJobs(program: Command, run: Run): void {
  program
    .command('jobs')
    .description('list jobs, or see what became of one')
    .argument('[job_id]', 'one job')
    .option('--cancel', 'stop it; videos it has finished stay indexed')
    .option('--json', 'print the whole answer as JSON')
    .action(async (job_id: string | undefined, { cancel, json }: { cancel?: boolean; json?: boolean }) => {
      await run(json, (host, signal) => answerOf(job, { job_id, cancel, wait_s: 0 }, host, signal));
    });
}
