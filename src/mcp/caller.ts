/** What the protocol tells of a caller, in the words tools understand: an abort signal and progress. */
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { cancelled } from '../domain/errors/errors.js';
import type { Progress } from '../services/progress.js';

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/**
 * The SDK aborts a request's signal both when the client cancels it and when the connection closes. Whether that is
 * the client's wish is for the transport to say: the reason is a RollcallError `cancelled` then, else an AbortError.
 */
export function callerSignal(extra: Extra, isWish: () => boolean): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    // The SDK aborts first and forgets its transport afterwards, in the same turn.
    const gone = new DOMException('The client went away.', 'AbortError');
    queueMicrotask(() => controller.abort(isWish() ? cancelled() : gone));
  };
  if (extra.signal.aborted) abort();
  else extra.signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}

/** The span that a client makes the request in, where it says so: `traceparent` in the request's `_meta`. */
export function callerTrace(extra: Extra): string | undefined {
  const said = extra._meta?.['traceparent'];
  return typeof said === 'string' ? said : undefined;
}

const NOT_OFTENER_THAN_MS = 500;

/** Sends progress if it was asked for: rising, at most twice a second, none after `end()`. */
export function callerProgress(extra: Extra): { report?: (progress: Progress) => void; end(): void } {
  const progressToken = extra._meta?.progressToken;
  if (progressToken === undefined) return { end: () => undefined };
  let ended = false;
  let last = -1;
  let sentAt = -Infinity;
  return {
    report({ fraction, stage, eta_s }) {
      const now = performance.now();
      if (ended || extra.signal.aborted || fraction <= last || now - sentAt < NOT_OFTENER_THAN_MS) return;
      last = fraction;
      sentAt = now;
      const message = eta_s === null ? stage : `${stage}, about ${Math.ceil(eta_s)} s left`;
      // A notification that cannot be sent means the client is gone; the call itself finds out.
      extra
        .sendNotification({
          method: 'notifications/progress',
          params: { progressToken, progress: fraction, total: 1, message },
        })
        .catch(() => undefined);
    },
    end() {
      ended = true;
    },
  };
}
