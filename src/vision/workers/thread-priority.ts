/** How the system shares the processor between this thread and others. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/**
 * Raises the niceness of the calling thread, where threads have one of their own (Linux, setpriority(2)); elsewhere
 * nothing happens. It can't be lowered again without privileges.
 * @param niceness 0 to 19; each step leaves a fifth less of a core that others want too
 */
export function lowerPriority(niceness: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(path.basename(readlinkSync('/proc/thread-self'))), niceness);
  } catch {
    // Without /proc, or where a thread may not: it shares as before.
  }
}
