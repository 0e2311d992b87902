/** A folder on a disk that can be full: a tmpfs where mounting is allowed, else a limit on the size of files. */
import { execFile } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import process from 'node:process';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

export interface SmallDisk {
  /** How it is bounded; null where the system has neither. */
  how: 'tmpfs' | 'file size' | null;
  /** Leaves room for so much more than there is, bytes. */
  leave(bytes: number): Promise<void>;
}

/** @param folder made, and unmounted when the test ends */
export async function smallDisk(folder: string): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  const size = (n: number): string => `size=${Math.ceil(n / 1024)}k`;
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', size(8192), 'tmpfs', folder]).then(
    () => true,
    () => false,
  );
  if (isMounted) {
    onTestFinished(async () => {
      await run('umount', ['-l', folder]);
    });
    const leave = async (n: number): Promise<void> => {
      const { blocks, bfree, bsize } = await statfs(folder);
      await run('mount', ['-o', `remount,${size((blocks - bfree) * bsize + n)}`, folder]);
    };
    return { how: 'tmpfs', leave };
  }
  // The write that meets the limit is to tell, not a signal that ends the process.
  const quiet = (): void => undefined;
  if (process.platform === 'linux') process.on('SIGXFSZ', quiet);
  const limit = async (most: string): Promise<boolean> => {
    try {
      await run('prlimit', [`--pid=${process.pid}`, `--fsize=${most}:`]);
      return true;
    } catch {
      return false; // not Linux
    }
  };
  onTestFinished(async () => {
    await limit('unlimited');
    process.off('SIGXFSZ', quiet);
  });
  const leave = async (n: number): Promise<void> => void (await limit(String(Math.ceil(n / 8))));
  return { how: (await limit('1024')) ? 'file size' : null, leave };
}
