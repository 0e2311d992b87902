/** Locks between processes that a dead process doesn't keep. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { cancelled } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';
import type { StoreLogger } from '../api.js';
import { hasCode } from '../../domain/errors/error-code.js';
import { clearDead, lockFolders, removeLock } from './lock-owner.js';

export interface Lease {
  /** Fires when the lock was lost to somebody else, as after a long sleep of the machine. */
  readonly lost: AbortSignal;
  /** Never fails: a lock that can't be removed goes stale. */
  release(): Promise<void>;
}

/** At most so long between two signs of life of a holder. */
const HEARTBEAT_MS = 1500;

/**
 * Takes the lock `file` (a folder appears there, whose age the holder's heartbeat keeps low).
 * A lock says whose it is: that of a process that died on this machine is taken over at once.
 * @param staleMs a lock without a sign of life for so long belongs to a dead process, and so does one that is dated
 * further ahead: the clock was set back, and waiting for it to catch up may take years. A living holder dates it anew
 * at its next heartbeat, and sees there when it was taken from it. At least 2000.
 * @returns null when another process, or another part of this one, holds it.
 */
export async function tryLock(file: string, staleMs: number, logger?: StoreLogger): Promise<Lease | null> {
  return (
    (await take(file, staleMs, logger)) ??
    ((await clearDead(file)) || (await clearAhead(file, staleMs, logger)) ? take(file, staleMs, logger) : null)
  );
}

/** Takes the lock as soon as it is free or its holder is dead. @throws RollcallError `cancelled` */
export async function waitForLock(
  file: string,
  staleMs: number,
  { signal, logger }: { signal?: AbortSignal | undefined; logger?: StoreLogger | undefined } = {},
): Promise<Lease> {
  for (let wait = 20; ; wait = Math.min(wait * 1.5, 500)) {
    stopIfAborted(signal);
    const lease = await tryLock(file, staleMs, logger);
    if (lease) return lease;
    // Random, so that waiting processes don't knock in step.
    await delay(wait * (0.5 + Math.random()), undefined, { signal }).catch((error: unknown) => {
      throw cancelled(error);
    });
  }
}

async function take(file: string, staleMs: number, logger: StoreLogger | undefined): Promise<Lease | null> {
  const lost = new AbortController();
  try {
    const release = await lock(file, {
      lockfilePath: file,
      realpath: false,
      stale: staleMs,
      update: Math.min(HEARTBEAT_MS, staleMs / 2),
      fs: lockFolders,
      onCompromised: (error) => lost.abort(error),
    });
    return {
      lost: lost.signal,
      release: async () => {
        if (lost.signal.aborted) return;
        await release().catch((error: unknown) =>
          logger?.warn({ err: error, lock: path.basename(file) }, 'could not let go of a lock'),
        );
      },
    };
  } catch (error) {
    if (hasCode(error, 'ELOCKED')) return null;
    throw error;
  }
}

/** Removes a lock that is dated too far ahead. @returns whether there was one */
async function clearAhead(file: string, staleMs: number, logger: StoreLogger | undefined): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(file);
    if (mtimeMs <= Date.now() + staleMs) return false;
    await removeLock(file);
    logger?.warn(
      { lock: path.basename(file), dated: new Date(mtimeMs).toISOString() },
      'took over a lock that is dated in the future; was the clock set back?',
    );
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    throw error;
  }
}
