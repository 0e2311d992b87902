/** Stopping between two steps. */
import { cancelled } from '../domain/errors/errors.js';

/** @throws RollcallError `cancelled` once the signal has fired. */
export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal.reason);
}
