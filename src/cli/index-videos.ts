import process from 'node:process';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { clock } from '../tools/format.js';
import { absoluteSource } from '../tools/inputs.js';
import { answerOfJob, jobFailure } from '../tools/job-answer.js';
import type { CommandHost } from './host.js';
import { numberOption } from './options.js';
import type { Run } from './host.js';

/** Jobs end when they end; this only bounds one wait. */
const HOUR_S = 3600;

export function addIndex(program: Command, run: Run): void {
  program.command('index')
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
          const record = await indexOne(host, { source: absoluteSource(source), start_s: options.start, end_s: options.end, force: options.force }, signal);
          answers.push(await answerOfJob(record, { ...host, signal }));
        }
        return { data: answers.length === 1 ? answers[0]?.data : answers.map((a) => a.data), text: answers.map((a) => a.text).join('\n\n') };
      });
    });
}

async function indexOne({ jobs }: CommandHost, request: { source: string; start_s?: number; end_s?: number; force?: boolean }, signal: AbortSignal) {
  const { job } = await jobs.start('index_video', request);
  const bar = new SingleBar({ stream: process.stderr, format: '{bar} {percentage} % | {stage} | {left}', hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  bar.start(100, 0, { stage: 'queued', left: '' });
  try {
    for (;;) {
      const record = await jobs.wait(job.job_id, {
        wait_s: HOUR_S, signal,
        onChange: (j) => bar.update(Math.round(j.progress * 100), { stage: j.stage, left: j.eta_s === null ? '' : `${clock(j.eta_s)} left` }),
      });
      if (record.state === 'failed' || record.state === 'cancelled') throw jobFailure(record);
      if (record.state === 'done') return record;
    }
  } catch (error) {
    if (signal.aborted) await jobs.cancel(job.job_id);
    throw error;
  } finally {
    bar.stop();
  }
}
