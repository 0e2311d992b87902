/** `worker`: does what servers put into the queue that machines share. */
import { type Command, InvalidArgumentError } from 'commander';

const MOST = 64;

export function addWorker(program: Command, work: (tasks: number) => Promise<void>): void {
  program
    .command('worker')
    .description('index what servers put into the queue (setting queue), until it is stopped; run as many as you like')
    .option('--tasks <n>', 'films at a time; each takes the threads and the memory of one', atATime, 1)
    .action(({ tasks }: { tasks: number }) => work(tasks));
}

function atATime(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1 && n <= MOST) return n;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST}.`);
}
