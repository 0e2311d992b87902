/** Processor time of a process by thread, from Linux's /proc. */
import { readdir, readFile } from 'node:fs/promises';

/** Seconds, user and system together. */
export interface ProcessorTime {
  main: number;
  /** Of every other thread, by its number. */
  threads: ReadonlyMap<string, number>;
  /** Programs that the process started and that have ended. */
  children: number;
}

/** Clock ticks in a second of /proc, on every platform that Node runs on. */
const TICKS = 100;

/** @returns null where there is no /proc, or no such process */
export async function processorTime(pid: number): Promise<ProcessorTime | null> {
  try {
    const whole = await readStat(`/proc/${pid}/stat`);
    const threads = new Map<string, number>();
    for (const tid of await readdir(`/proc/${pid}/task`)) {
      const stat = await readStat(`/proc/${pid}/task/${tid}/stat`).catch(() => null);
      if (stat) threads.set(tid, stat.own);
    }
    const main = threads.get(String(pid)) ?? 0;
    threads.delete(String(pid));
    return { main, threads, children: whole.children };
  } catch {
    return null;
  }
}

/** What was spent between two moments; threads by time, the busiest first. */
export function spentBetween(before: ProcessorTime, after: ProcessorTime): Spent {
  const threads = [...after.threads].map(([tid, s]) => s - (before.threads.get(tid) ?? 0)).sort((a, b) => b - a);
  const main = after.main - before.main,
    children = after.children - before.children;
  return { main, threads, children, all: main + children + threads.reduce((sum, s) => sum + s, 0) };
}

/** Seconds of the processor. */
export interface Spent {
  main: number;
  threads: readonly number[];
  children: number;
  all: number;
}

/** proc_pid_stat(5): the name in brackets may hold anything, so counting starts behind it. */
async function readStat(file: string): Promise<{ own: number; children: number }> {
  const fields = (await readFile(file, 'utf8'))
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { own: (user + system) / TICKS, children: (childUser + childSystem) / TICKS };
}
