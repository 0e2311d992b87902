/** Inference workers that die as far as the program can tell. */
import type { Worker } from 'node:worker_threads';

/**
 * Has a worker fail by a message that none can read, between two runs: ended inside native code (`terminate()`) it
 * would take the process of the tests with it.
 */
export async function endBetweenRuns(worker: Worker | undefined): Promise<void> {
  if (!worker) throw new Error('no such worker');
  // Not `once` of node:events: that rejects by the error.
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  worker.postMessage(null);
  await exited;
}
