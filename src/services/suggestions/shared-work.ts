/**
 * Long work that several may wait for at once, done while anybody waits: it rests where it is when the last one leaves,
 * and goes on when the next one comes.
 */
import { asRollcallError, cancelled } from '../../domain/errors/errors.js';
import type { Progress, WorkContext } from '../progress.js';

/** Work in steps, short ones: whoever leaves stops it after the step that runs. */
export type Steps = AsyncIterator<Progress, void>;

interface Waiting {
  onProgress: WorkContext['onProgress'];
  left: (isDone: boolean) => void;
  failed: (error: unknown) => void;
}

export class SharedWork {
  readonly #waiting = new Set<Waiting>();
  #steps: Steps | null = null;
  #isRunning = false;
  #isDone = false;

  /** @param begin anew, also after it failed. @param rest lets go of what is read again as easily */
  constructor(
    private readonly begin: () => Steps,
    private readonly rest: () => void = () => undefined,
  ) {}

  /** Something is done of it, or all. */
  get isBegun(): boolean {
    return this.#isDone || this.#steps !== null;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /**
   * Takes part in it. @param within_ms as long as it takes when left out
   * @returns whether it is done; false when the time was over first
   * @throws what the work threw; RollcallError `cancelled`
   */
  wait({ signal, onProgress }: WorkContext, within_ms = Infinity): Promise<boolean> {
    if (signal?.aborted) return Promise.reject(cancelled(signal.reason));
    if (this.#isDone) return Promise.resolve(true);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        clearTimeout(timer);
        signal?.removeEventListener('abort', gone);
      };
      const left = (isDone: boolean): void => {
        leave();
        resolve(isDone);
      };
      const failed = (error: unknown): void => {
        leave();
        reject(asRollcallError(error));
      };
      const gone = (): void => failed(cancelled(signal?.reason));
      const timer = within_ms < Infinity ? setTimeout(() => left(false), within_ms) : undefined;
      const waiting: Waiting = { onProgress, left, failed };
      signal?.addEventListener('abort', gone, { once: true });
      this.#waiting.add(waiting);
      void this.#run();
    });
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      this.#steps ??= this.begin();
      while (this.#waiting.size > 0 && !this.#isDone) {
        const step = await this.#steps.next();
        if (step.done) this.#isDone = true;
        else for (const { onProgress } of this.#waiting) onProgress?.(step.value);
      }
      for (const { left } of this.#waiting) left(true);
    } catch (error) {
      this.#steps = null;
      for (const { failed } of this.#waiting) failed(error);
    } finally {
      if (this.#isDone) this.#steps = null;
      this.#isRunning = false;
      this.rest();
    }
  }
}
