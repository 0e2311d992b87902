/** Goes on with a job that this process does by itself when what was out of reach for a while is back. */
import { setTimeout as delay } from 'node:timers/promises';
import { PassingError } from '../../domain/errors/errors.js';
import { pauseAfter, TRIES } from '../../domain/tries.js';

/**
 * Does it, and again while it fails for a time only: for about ten minutes, as tasks of a queue are.
 * @param tell called before each pause with what is said of the job meanwhile
 * @throws what it fails with otherwise, or at the last try; the signal's reason
 */
export async function tryAgain<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  tell: (stage: string) => void,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PassingError) || tries >= TRIES || signal.aborted) throw error;
      tell(`trying again: ${error.message}`);
      await delay(pauseAfter(tries), undefined, { signal });
    }
  }
}
