/** Tells when a server has nothing to do: no call is running, and none has been for a while. */

export interface QuietTime {
  /** A call has begun. @returns is to be called once when it has ended */
  begin(): () => void;
  /** Once it is quiet for so long, `work` is done, the first time that this is asked for. */
  onceQuiet(): void;
  /** When no call is running: whoever works meanwhile gives way to them. */
  calm(): Promise<void>;
  /** Does nothing any more. */
  stop(): void;
}

/** @param afterMs without a call. @param work never fails */
export function quietTime(afterMs: number, work: () => void): QuietTime {
  let calls = 0,
    state: 'not asked for' | 'waiting' | 'done' = 'not asked for',
    timer: NodeJS.Timeout | undefined;
  const waiting: (() => void)[] = [];
  const wait = (): void => {
    clearTimeout(timer);
    if (state !== 'waiting' || calls > 0) return;
    timer = setTimeout(() => {
      state = 'done';
      work();
    }, afterMs);
    // A client that goes meanwhile is not waited for.
    timer.unref();
  };
  return {
    begin() {
      calls++;
      clearTimeout(timer);
      return () => {
        if (--calls > 0) return;
        for (const go of waiting.splice(0)) go();
        wait();
      };
    },
    onceQuiet() {
      if (state !== 'not asked for') return;
      state = 'waiting';
      wait();
    },
    calm: () => (calls === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stop() {
      state = 'done';
      clearTimeout(timer);
      for (const go of waiting.splice(0)) go();
    },
  };
}
