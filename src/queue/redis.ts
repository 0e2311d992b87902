/** Connections to the Redis that holds the queue. No message names more of its address than host and port. */
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { asRollcallError, RollcallError } from '../domain/errors/errors.js';

/** A server that is asked something says within seconds that there is no Redis. */
const CONNECT_MS = 5000;
const LONGEST_PAUSE_MS = 2000;

/** Where a queue is, without user and password. */
export function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * @param patient for workers: commands wait until Redis is back, instead of failing
 */
export function connect(url: string, logger: Logger, patient: boolean): Redis {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: patient ? null : 1,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 8), LONGEST_PAUSE_MS),
  });
  let told = false;
  redis.on('error', (error: Error) => {
    // Once until it is back: it is tried again all the time.
    if (!told) logger.warn({ queue: placeOf(url), why: error.message }, 'the queue does not answer; trying again');
    told = true;
  });
  redis.on('ready', () => {
    told = false;
  });
  return redis;
}

/** The queue can't be asked. */
export class QueueError extends RollcallError {
  constructor(url: string, cause: unknown) {
    super(
      'unreachable',
      `The queue at ${placeOf(url)} does not answer: ${asRollcallError(cause).message}`,
      'See that Redis runs there and lets this process in; ROLLCALL_QUEUE, --queue or "queue" in config.json says where it is.',
      { cause },
    );
  }
}

/** Runs what asks Redis. @throws QueueError where that fails */
export async function asking<T>(url: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new QueueError(url, error);
  }
}
