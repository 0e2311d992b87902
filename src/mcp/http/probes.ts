/** What is asked about a server rather than of it: is it alive, can it answer, how much does it do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { asRollcallError } from '../../domain/errors/errors.js';
import type { ToolHost } from '../../tools/definition/define-tool.js';
import type { Metrics } from './metrics.js';

/** A balancer asks again anyway. */
const READY_MS = 5000;

export const METRICS_PATH = '/metrics';

const WORDS = { '/health': 'ok', '/ready': 'ready' } as const;
export type Probe = keyof typeof WORDS;

/** Which of them a request is. */
export function probeOf({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): Probe | undefined {
  const path = url.split('?')[0];
  return method === 'GET' && (path === '/health' || path === '/ready') ? path : undefined;
}

/**
 * GET /health: the process answers. GET /ready: it can read its library, and does not close. Both say no more than
 * that, so whoever reaches the port may ask, under any name: a balancer has no token and calls this server by address.
 */
export async function answerProbe(
  probe: Probe,
  res: ServerResponse,
  shared: Pick<ToolHost, 'services' | 'logger'>,
  isClosing: () => boolean,
): Promise<void> {
  const say = (status: number, word: string): void => {
    res.writeHead(status, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }).end(`${word}\n`);
  };
  if (probe === '/ready' && isClosing()) return say(503, 'closing');
  try {
    if (probe === '/ready') await (await shared.services()).operations.ready(AbortSignal.timeout(READY_MS));
    say(200, WORDS[probe]);
  } catch (thrown) {
    const { code } = asRollcallError(thrown);
    shared.logger.warn({ code, err: thrown }, 'not ready');
    say(503, code);
  }
}

export async function answerMetrics(res: ServerResponse, metrics: Metrics): Promise<void> {
  const text = await metrics.text();
  res.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }).end(text);
}
