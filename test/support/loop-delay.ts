/** How long the event loop was kept from turning. */
import { readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const EVERY_MS = 5;

/**
 * Runs something and measures the worst delay of a timer meanwhile, milliseconds. Where the system tells (Linux), time
 * in which other processes had the processor is left out: a busy machine is not a blocked loop.
 */
export async function worstDelay<T>(run: () => Promise<T>): Promise<{ result: T; worst_ms: number }> {
  let last = performance.now(),
    waited = waitedMs(),
    worst_ms = 0;
  const timer = setInterval(() => {
    const now = performance.now(),
      waiting = waitedMs();
    worst_ms = Math.max(worst_ms, now - last - (waiting - waited) - EVERY_MS);
    last = now;
    waited = waiting;
  }, EVERY_MS);
  try {
    const result = await run();
    // A delay shows when the timer next fires.
    await new Promise((resolve) => setTimeout(resolve, 2 * EVERY_MS));
    return { result, worst_ms };
  } finally {
    clearInterval(timer);
  }
}

/** What this thread has waited for a processor since it began, milliseconds; 0 where that can't be known. */
function waitedMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
