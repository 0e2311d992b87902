/** Inference workers side by side: each has the networks, and takes the next request when it is free. */
import type { TransferListItem } from 'node:worker_threads';
import { cancelled, type RollcallError } from '../../domain/errors/errors.js';
import { type InferenceThread, startThread } from './inference-thread.js';
import type { Request, Response, Unnumbered, WorkerSettings } from './worker-messages.js';

/** Each has the networks once more: beyond this, memory costs more than another one brings. */
const MOST = 4;
/** Requests that a worker is given at once, so that it never idles between two. */
const AHEAD = 2;

/** How `threads` are divided: workers, and threads of each. One network on two threads is slower than two on one. */
export function workersFor(threads: number): { workers: number; threads: number } {
  const workers = Math.min(MOST, threads);
  return { workers, threads: Math.floor(threads / workers) };
}

/** Workers that share what is asked. */
export interface WorkerPool {
  /** Workers at most. */
  readonly workers: number;
  /** Answers come as they are ready. Urgent requests go first. @throws RollcallError `cancelled`, or what befell it */
  ask(request: Unnumbered<Request>, transfer: readonly TransferListItem[], signal?: AbortSignal): Promise<Response>;
  /** A worker died, and with it what it was asked. The others were ended. */
  isLost(): boolean;
  close(): Promise<void>;
}

interface Waiting {
  request: Unnumbered<Request>;
  transfer: readonly TransferListItem[];
  resolve(response: Response | Promise<Response>): void;
  reject(error: Error): void;
}

/** The first worker starts at once; the others when there is more to do than those that run can begin. */
export function openPool(settings: WorkerSettings): WorkerPool {
  const { workers, threads } = workersFor(settings.threads);
  const pool: InferenceThread[] = [];
  const queue: Waiting[] = [];
  let ended: RollcallError | null = null;
  let lost = false;

  const start = (): void => {
    pool.push(startThread({ ...settings, threads }, { onReady: dispatch, onLost: (error) => end(error, true) }));
  };
  const end = (error: RollcallError, isLost: boolean): void => {
    if (ended) return;
    ended = error;
    lost = isLost;
    for (const waiting of queue.splice(0)) waiting.reject(error);
    // What the others still have is as lost to whoever asked for several things.
    if (isLost) for (const thread of pool) void thread.close(error);
  };
  /** The one with the least to do; the first takes requests while it loads, since there may be no other. */
  const freest = (): InferenceThread | undefined =>
    pool.filter((thread, i) => i === 0 || thread.ready).toSorted((a, b) => a.pending - b.pending)[0];
  const give = (thread: InferenceThread, waiting: Waiting): void => {
    const answer = thread.run(waiting.request, waiting.transfer);
    waiting.resolve(answer);
    answer.then(dispatch, dispatch);
  };
  function dispatch(): void {
    for (let thread = freest(); thread && thread.pending < AHEAD; thread = freest()) {
      const next = queue.shift();
      if (!next) return;
      give(thread, next);
    }
  }

  start();
  return {
    workers,
    ask: (request, transfer, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(cancelled(signal.reason));
        if (ended) return reject(ended);
        const abort = (): void => {
          const at = queue.indexOf(waiting);
          if (at >= 0) queue.splice(at, 1);
          reject(cancelled(signal?.reason));
        };
        const settled = (): void => signal?.removeEventListener('abort', abort);
        const waiting: Waiting = {
          request,
          transfer,
          resolve: (response) => {
            Promise.resolve(response).then(resolve, reject).finally(settled);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        const thread = freest();
        // It overtakes there as well: what waits with every worker is no more than one picture.
        if (request.urgent && thread) give(thread, waiting);
        else {
          queue.push(waiting);
          dispatch();
        }
        if (thread && thread.pending > 1 && pool.length < workers) start();
      }),
    isLost: () => lost,
    async close() {
      end(cancelled(), false);
      await Promise.all(pool.map((thread) => thread.close()));
    },
  };
}
