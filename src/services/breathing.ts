/** Long work in turns with whatever else the process does. */
import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work between two breaks for the event loop. */
const BREAK_MS = 15;

/** A break for the event loop: also for what it is that ends the work. @throws what the signal was given */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

/** Runs something long to its end, with breaks for the event loop. */
export async function breathing<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < BREAK_MS) continue;
    await breathe(signal);
    since = performance.now();
  }
}
