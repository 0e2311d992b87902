/** Whether a process of this machine is alive. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { hasCode } from '../../domain/errors/error-code.js';

/** One that was killed and that its parent has not buried yet is dead, as far as that can be told (Linux). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM'); // somebody else's
  }
  if (process.platform !== 'linux') return true;
  try {
    // "pid (name) state …"; the name may hold anything.
    return !/^Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, ''));
  } catch {
    return true;
  }
}
