/** What is asked about a server rather than of it: is it alive, can it answer, how much does it do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { asRollcallError } from '../domain/errors.js';
import type { ToolHost } from '../tools/define-tool.js';
import type { Metrics } from './metrics.js';

/** A balancer asks again anyway. */
const READY_MS = 5000;

export const METRICS_PATH = '/metrics';

/**
 * GET /health: the process answers. GET /ready: it can read its library, and does not close. Both say no more than
 * that, so whoever reaches the port may ask, under any name: a balancer has no token and calls this server by address.
 * @returns whether it was one of them
 */
export async function answerProbe(
  req: IncomingMessage,
  res: ServerResponse,
  shared: Pick<ToolHost, 'services' | 'logger'>,
  isClosing: () => boolean,
): Promise<boolean> {
  const path = (req.url ?? '').split('?')[0];
  if (req.method !== 'GET' || (path !== '/health' && path !== '/ready')) return false;
  const say = (status: number, word: string): void => {
    res.writeHead(status, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' }).end(`${word}\n`);
  };
  if (path === '/health') say(200, 'ok');
  else if (isClosing()) say(503, 'closing');
  else
    try {
      await (await shared.services()).operations.ready(AbortSignal.timeout(READY_MS));
      say(200, 'ready');
    } catch (thrown) {
      const { code } = asRollcallError(thrown);
      shared.logger.warn({ code, err: thrown }, 'not ready');
      say(503, code);
    }
  return true;
}

export async function answerMetrics(res: ServerResponse, metrics: Metrics): Promise<void> {
  const text = await metrics.text();
  res.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }).end(text);
}
