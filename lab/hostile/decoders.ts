/** Which processes this one has started, and how much memory they take (Linux; elsewhere nothing is known). */
import { readFile, readdir } from 'node:fs/promises';
import process from 'node:process';

/** Ids of all processes below this one. */
export async function descendants(of = process.pid): Promise<number[]> {
  const threads = await readdir(`/proc/${of}/task`).catch((): string[] => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${of}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const own = lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  return [...own, ...(await Promise.all(own.map((child) => descendants(child)))).flat()];
}

/** The most memory a process has held at once, bytes; 0 when it is gone. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Watches the memory of all processes below this one until it is told to stop. */
export function watchDecoders(everyMs = 200): { stop(): { peakBytes: number; command: string } } {
  let largest = { peakBytes: 0, command: '' };
  const look = async (pid: number): Promise<void> => {
    const peakBytes = await peakOf(pid);
    if (peakBytes <= largest.peakBytes) return;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (peakBytes > largest.peakBytes) largest = { peakBytes, command: command.replaceAll('\0', ' ') };
  };
  const timer = setInterval(() => {
    void descendants().then((pids) => Promise.all(pids.map(look)));
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return largest;
    },
  };
}
