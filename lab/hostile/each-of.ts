/** Work on many things, a few at a time. */

/** Does something with each, `atOnce` of them at a time. @throws what the first that failed threw */
export async function eachOf<T>(all: Iterable<T>, work: (one: T) => Promise<void>, atOnce = 2): Promise<void> {
  const rest = all[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
