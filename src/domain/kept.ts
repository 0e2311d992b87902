/** Reading and making once. */

/** What is read once for all who wait for it, when it is first asked for. A failure is not remembered. */
export function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null;
  return () => {
    const mine = (reading ??= read());
    mine.catch(() => {
      if (reading === mine) reading = null;
    });
    return mine;
  };
}

/** The same of what is made at once, without waiting. */
export function keptValue<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
