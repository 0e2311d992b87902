/** Locks between processes that a dead process doesn't keep, and turns within one process. */
import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { cancelled } from '../domain/errors.js';
import { stopIfAborted } from './abort.js';

export interface Lease {
  /** Fires when the lock was lost to somebody else, as after a long sleep of the machine. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the lock `file` (a folder appears there, whose age the holder's heartbeat keeps low).
 * @returns null when another process, or another part of this one, holds it.
 */
export async function tryLock(file: string, staleMs: number): Promise<Lease | null> {
  const lost = new AbortController();
  try {
    const release = await lock(file, {
      lockfilePath: file,
      realpath: false,
      stale: staleMs,
      update: Math.min(3000, staleMs / 2),
      onCompromised: (error) => lost.abort(error),
    });
    return {
      lost: lost.signal,
      release: async () => {
        if (!lost.signal.aborted) await release();
      },
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return null;
    throw error;
  }
}

/** Takes the lock as soon as it is free or its holder is dead. @throws RollcallError `cancelled` */
export async function waitForLock(file: string, staleMs: number, signal?: AbortSignal): Promise<Lease> {
  for (let wait = 20; ; wait = Math.min(wait * 1.5, 500)) {
    stopIfAborted(signal);
    const lease = await tryLock(file, staleMs);
    if (lease) return lease;
    // Random, so that waiting processes don't knock in step.
    await delay(wait * (0.5 + Math.random()), undefined, { signal }).catch((error: unknown) => {
      throw cancelled(error);
    });
  }
}

/** Lets one caller in at a time, in the order of their coming. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  async take<T>(fn: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    const mine = unlessAborted(before, signal).then(fn);
    // Whoever gives up waiting must not let the next one in before its turn.
    this.#last = Promise.allSettled([before, mine]).then(() => undefined);
    return mine;
  }

  /** Resolves when all who came so far are through. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

async function unlessAborted(waiting: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  stopIfAborted(signal);
  if (!signal) {
    await waiting;
    return;
  }
  const waited = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(cancelled(signal.reason)), { once: true, signal: waited.signal });
  });
  try {
    await Promise.race([waiting, aborted]);
  } finally {
    waited.abort();
  }
}
