/** Something that is opened when it is first asked for. */
export interface Once<T> {
  /** A failed opening is forgotten, and so is what is over: the next call opens anew. */
  get(): Promise<T>;
  /** What was opened or is being opened, to close it. */
  held(): Promise<T> | null;
}

/** @param isOver whether what was opened has come to an end by itself, as a worker that died */
export function once<T>(open: () => Promise<T>, isOver: (opened: T) => boolean = () => false): Once<T> {
  let held: Promise<T> | null = null;
  const begin = (): Promise<T> => {
    const mine = open().catch((error: unknown) => {
      if (held === mine) held = null;
      throw error;
    });
    return mine;
  };
  return {
    async get() {
      const mine = (held ??= begin());
      const opened = await mine;
      if (!isOver(opened)) return opened;
      // Whoever finds out first opens the next one, for all.
      if (held === mine) held = begin();
      return held ?? begin();
    },
    held: () => held,
  };
}
