/** The most memory that a process held. */
import { readFile } from 'node:fs/promises';

/** MB of 10⁶ bytes; null elsewhere than on Linux. */
export async function peakMb(pid: number | 'self'): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? null : Math.round((Number(kib) * 1024) / 1e6);
}
