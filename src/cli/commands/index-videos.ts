/** `index`: index_video at a terminal, for several sources. */
import type { Command } from 'commander';
import { asRollcallError } from '../../domain/errors/errors.js';
import { indexVideo } from '../../tools/index-video.js';
import { followJob } from '../follow-job.js';
import { type CommandAnswer, errorText, EXIT, type Run, toErrorData } from '../host.js';
import { numberOption } from '../options.js';

interface Options {
  fps?: number;
  start?: number;
  end?: number;
  quick?: boolean;
  force?: boolean;
  json?: boolean;
}

export function addIndex(program: Command, run: Run): void {
  program
    .command('index')
    .description('find the people in videos, photos, or folders of both')
    .argument('<source...>', 'video and picture files, folders, or https URLs')
    .option('--fps <pictures>', 'pictures looked at per second', numberOption)
    .option('--start <seconds>', 'look only from here', numberOption)
    .option('--end <seconds>', 'look only up to here', numberOption)
    .option('--quick', 'look at key frames first and tell who is in them, then watch the whole')
    .option('--force', 'look again at what is known already, and replace it')
    .option('--json', 'print the answers as JSON')
    .action(async (sources: string[], { fps, start, end, quick, force, json }: Options) => {
      await run(json, async (host, signal) => {
        const answers: CommandAnswer[] = [];
        for (const source of sources) {
          const args = { source, sample_fps: fps, start_s: start, end_s: end, quick, force };
          try {
            answers.push(await followJob(indexVideo, args, host, signal));
          } catch (thrown) {
            // One bad source loses nobody else's answer; alone it is the command's own error.
            if (sources.length === 1 || signal.aborted) throw thrown;
            const error = asRollcallError(thrown);
            answers.push({
              data: { source, ...toErrorData(error) },
              text: `${source}: ${errorText(error)}`,
              exitCode: EXIT.failed,
            });
          }
        }
        const [only, ...others] = answers;
        return {
          data: others.length === 0 ? only?.data : answers.map((a) => a.data),
          text: answers.map((a) => a.text).join('\n\n'),
          exitCode: Math.max(...answers.map((a) => a.exitCode ?? EXIT.ok)),
        };
      });
    });
}
