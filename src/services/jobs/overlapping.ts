/** Pieces of work in their order, some at the same time. */

/**
 * Calls `work` for each item in turn, with at most `atOnce` under way. `earlier` settles, and never rejects, when the
 * work on all items before it has ended: what must happen in order waits for it.
 * @throws what the first to fail throws, once none is under way; after a failure none is begun
 */
export async function overlapping<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T, earlier: Promise<unknown>) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let earlier: Promise<unknown> = Promise.resolve();
  for (const item of items) {
    if (running.size >= atOnce) await Promise.race(running);
    if (failures.length > 0) break;
    const done: Promise<void> = work(item, earlier)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(done));
    running.add(done);
    earlier = Promise.all([earlier, done]);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
