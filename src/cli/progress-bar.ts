/** How far work is, as a bar on stderr. */
import process from 'node:process';
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../services/progress.js';
import { durationWords } from '../tools/answers/format.js';

/** Shows a bar until `stop`; `say` writes above it. */
export function progressBar(): { show(progress: Progress): void; say(text: string): void; stop(): void } {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage} % | {stage} | {left}',
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  const start = (): void => bar.start(100, 0, { stage: 'starting', left: '' });
  start();
  return {
    say(text) {
      bar.stop();
      process.stderr.write(`${text}\n\n`);
      start();
    },
    show: ({ fraction, stage, eta_s }) =>
      bar.update(Math.round(fraction * 100), {
        stage,
        left: eta_s === null ? '' : `about ${durationWords(eta_s)} left`,
      }),
    stop: () => bar.stop(),
  };
}
