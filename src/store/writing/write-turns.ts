/** Turns within one process: who writes next. */
import { cancelled } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';

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
