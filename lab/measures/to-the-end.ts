/** Runs what is done in steps to its end at once, where nobody else waits for a turn. */
export function toTheEnd<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
