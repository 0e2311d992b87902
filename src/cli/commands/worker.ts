/** `worker`: does what servers put into the queue that machines share. */
import { type Command, InvalidArgumentError } from 'commander';

const MOST = 64;

export function addWorker(
  program: Command,
  work: (how: { tasks: number; partMinutes: number }) => Promise<void>,
): void {
  program
    .command('worker')
    .description('index what servers put into the queue (setting queue), until it is stopped; run as many as you like')
    .option('--tasks <n>', 'films at a time; each takes the threads and the memory of one', atATime, 1)
    .option('--part-minutes <n>', 'length of the parts in which films of more than two are watched', minutes, 30)
    .action((how: { tasks: number; partMinutes: number }) => work(how));
}

function atATime(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1 && n <= MOST) return n;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST}.`);
}

function minutes(text: string): number {
  const n = Number(text);
  if (n >= 0.1 && n <= 1e6) return n;
  throw new InvalidArgumentError('Give a number from 0.1 up.');
}
