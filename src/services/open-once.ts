/** Something that is opened when it is first asked for. */
export interface Once<T> {
  /** A failed opening is forgotten: the next call tries again. */
  get(): Promise<T>;
  /** What was opened or is being opened, to close it. */
  held(): Promise<T> | null;
}

export function once<T>(open: () => Promise<T>): Once<T> {
  let held: Promise<T> | null = null;
  return {
    get() {
      held ??= open().catch((error: unknown) => {
        held = null;
        throw error;
      });
      return held;
    },
    held: () => held,
  };
}
