/** A temporary folder of this process's own, which goes with it, whoever left what in it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const PREFIX = 'rollcall-of-';

/**
 * From now on what this process, its native libraries and its children put into the temporary folder lies in one of its
 * own (0700): LanceDB leaves a folder there as long as any of its queries waits to be collected. It is removed at the
 * exit, with those of processes that were killed. To be called before there are other threads, which read the
 * environment. Where no folder can be made all stays as it is.
 */
export function useOwnTemporaryFolder(): void {
  const shared = os.tmpdir();
  let own: string;
  try {
    // One that is named in the environment may not be there yet; native code ends the process over that.
    mkdirSync(shared, { recursive: true, mode: 0o700 });
    own = mkdtempSync(path.join(shared, `${PREFIX}${process.pid}-`));
  } catch {
    return;
  }
  for (const name of process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR']) process.env[name] = own;
  process.on('exit', () => {
    remove(own);
    try {
      for (const name of readdirSync(shared)) if (isOfTheDead(name)) remove(path.join(shared, name));
    } catch {
      // not a folder to be listed: then nothing of ours is found in it
    }
  });
}

function isOfTheDead(name: string): boolean {
  const pid = name.startsWith(PREFIX) ? /^(\d+)-/.exec(name.slice(PREFIX.length))?.[1] : undefined;
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** What can't be removed, as on Windows while it is in use, the next exit removes. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // see above
  }
}
