import type { Command } from 'commander';
import { absoluteSource } from '../services/requests/fields.js';
import { answerOfJob } from '../tools/job-answer.js';
import { followJob } from './follow-job.js';
import { numberOption } from './options.js';
import type { Run } from './host.js';

export function addIndex(program: Command, run: Run): void {
  program
    .command('index')
    .description('find the people in videos or in folders of videos')
    .argument('<source...>', 'video files, folders, or https URLs')
    .option('--start <seconds>', 'look only from here', numberOption)
    .option('--end <seconds>', 'look only up to here', numberOption)
    .option('--force', 'index again even if nothing changed')
    .option('--json', 'print the answers as JSON')
    .action(async (sources: string[], options: { start?: number; end?: number; force?: boolean; json?: boolean }) => {
      await run(options.json, async (host, signal) => {
        const answers = [];
        for (const source of sources) {
          const record = await followJob(
            host,
            'index_video',
            { source: absoluteSource(source), start_s: options.start, end_s: options.end, force: options.force },
            signal,
          );
          answers.push(await answerOfJob(record, { ...host, signal }));
        }
        return {
          data: answers.length === 1 ? answers[0]?.data : answers.map((a) => a.data),
          text: answers.map((a) => a.text).join('\n\n'),
        };
      });
    });
}
