/** One inference worker, as the main thread holds it. */
import { Worker, type TransferListItem } from 'node:worker_threads';
import { cancelled, RollcallError, toErrorCode } from '../../domain/errors/errors.js';
import { saidBy } from '../../domain/errors/thrown.js';
import type { Request, Response, Unnumbered, WorkerSettings } from './worker-messages.js';

/** Whoever asks again has another one opened (services/open-once). */
const AGAIN = 'Call again: a new one is started. If it happens again, run `rollcall-mcp doctor`.';

/**
 * What V8 may take for what has just been made, MB: by itself 48, of which hardly anything lives. Pictures and tensors
 * are not in it.
 */
const LIMITS = { maxYoungGenerationSizeMb: 6 } as const;

/** A thread with a pack's networks. */
export interface InferenceThread {
  /** Requests that it has been given and has not answered. */
  readonly pending: number;
  /** Its networks are loaded, or can't be: every request says why. */
  readonly ready: boolean;
  /** Buffers in `transfer` move. Rejects when the thread ends. */
  run(request: Unnumbered<Request>, transfer: readonly TransferListItem[]): Promise<Response>;
  /** Ends it between two runs; what was asked rejects with `reason`. Safe to call twice. */
  close(reason?: RollcallError): Promise<void>;
}

/** Who hears of a thread. */
export interface ThreadEvents {
  onReady(): void;
  /** It ended without having been closed. */
  onLost(error: RollcallError): void;
}

/** Starts a thread; networks load in it at once. */
export function startThread(settings: WorkerSettings, events: ThreadEvents): InferenceThread {
  const worker = startWorker(settings);
  const waiting = new Map<number, { resolve(r: Response): void; reject(e: Error): void }>();
  let next = 0,
    ready = false,
    closing = false,
    ended: RollcallError | null = null;

  const end = (error: RollcallError): void => {
    if (ended) return;
    ended = error;
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
    if (!closing) events.onLost(error);
  };
  worker.on('message', (response: Response) => {
    if (response.kind === 'ready') {
      ready = true;
      return events.onReady();
    }
    const asked = waiting.get(response.id);
    waiting.delete(response.id);
    // Referenced only while something is asked, so that an idle pipeline never keeps a process alive.
    if (waiting.size === 0 && !closing) worker.unref();
    if (response.kind !== 'failed') return asked?.resolve(response);
    const { code, message, hint } = response.error;
    asked?.reject(new RollcallError(toErrorCode(code), message, hint));
  });
  worker.on('error', (cause: unknown) => {
    const said = saidBy(cause);
    end(new RollcallError('internal', `The inference worker failed: ${said}`, AGAIN, { cause }));
  });
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      end(new RollcallError('internal', 'The inference worker ended.', AGAIN));
      resolve();
    });
  });
  worker.unref();

  return {
    get pending() {
      return waiting.size;
    },
    get ready() {
      return ready;
    },
    run: (request, transfer) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        const id = next++;
        if (waiting.size === 0) worker.ref();
        worker.postMessage({ ...request, id }, transfer);
        waiting.set(id, { resolve, reject });
      }),
    async close(reason = cancelled()) {
      if (ended === null) {
        closing = true;
        end(reason);
        worker.ref();
        worker.postMessage({ id: -1, kind: 'close' } satisfies Request);
      }
      await exited;
    },
  };
}

function startWorker(workerData: WorkerSettings): Worker {
  // From source (tests, scripts) the worker is TypeScript and needs tsx; built, it is dist/vision/workers/worker.js.
  if (import.meta.url.endsWith('.ts')) {
    const entry = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
    return new Worker(`import('tsx/esm/api').then(({ register }) => { register(); return import(${entry}); })`, {
      workerData,
      resourceLimits: LIMITS,
      eval: true,
    });
  }
  return new Worker(
    new URL(import.meta.url.includes('/vision/') ? './worker.js' : './vision/workers/worker.js', import.meta.url),
    { workerData, resourceLimits: LIMITS },
  );
}
