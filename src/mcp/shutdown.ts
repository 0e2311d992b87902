/** Ends the process once, whatever asks for it first, and never later than it promised. */
import process from 'node:process';
import type { Logger } from 'pino';

/** Clients kill a server that is not gone 5 s after it was asked. */
const FORCE_AFTER_MS = 4000;
const PARENT_POLL_MS = 2000;

/**
 * @returns the once-guarded shutdown: closes, then exits with 0 or what `process.exitCode` says; is killed by itself
 * when closing failed or took too long
 */
export function createShutdown(
  close: () => Promise<void>,
  logger: Logger,
  forceAfterMs = FORCE_AFTER_MS,
): (reason: string) => void {
  let begun = false;
  return (reason) => {
    if (begun) return;
    begun = true;
    logger.info({ reason }, 'shutting down');
    setTimeout(() => {
      logger.warn('closing took too long');
      force();
    }, forceAfterMs).unref();
    close().then(
      () => process.exit(),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed');
        force();
      },
    );
  };
}

/** Ends the process whatever its threads are at: an exit waits for one that is in a network, and aborts in it then. */
function force(): void {
  // The last listener: what the process removes at its exit is removed before.
  process.once('exit', () => process.kill(process.pid, 'SIGKILL'));
  process.exit(1);
}

/** Asks for the shutdown on SIGTERM, SIGINT and SIGHUP. */
export function shutdownOnSignals(shutdown: (reason: string) => void): void {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => shutdown(name));
}

/** Asks for the shutdown when the process that started this one is gone: its pipe may be held open by a sibling. */
export function shutdownWithParent(shutdown: (reason: string) => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) shutdown('the parent process is gone');
  }, PARENT_POLL_MS).unref();
}
