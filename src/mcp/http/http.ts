/**
 * Streamable HTTP, stateless: every POST gets a server and a transport of its own over the shared
 * services, so any number of clients can come and go. There are no sessions and no server-sent streams
 * outside an answer: GET and DELETE are 405. A client cancels a request by closing its connection ("The server
 * MUST treat a client disconnect as cancellation of that request", MCP 2026-07-28, Cancellation), or by a notification
 * (see cancelling.ts). Beside it stand /health, /ready and /metrics (see probes.ts).
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { RollcallError } from '../../domain/errors/errors.js';
import type { ToolHost } from '../../tools/definition/define-tool.js';
import { Bodies } from './bodies.js';
import { SESSION_HEADER, sessionFor, Underway } from '../cancelling.js';
import type { Catalogue } from '../catalogue.js';
import { clientNameOf, withClientName } from './client-name.js';
import { type Connections, limitConnections } from './connections.js';
import { type FailedTokens, limitFailedTokens } from './failed-tokens.js';
import { type HttpPolicy, type HttpRefusal, hasToken, isLoopback, originRefusal } from './http-guards.js';
import { type Refusal, readIncoming, tooLong } from '../incoming.js';
import { createMetrics, type Metrics } from './metrics.js';
import { answerMetrics, answerProbe, METRICS_PATH, probeOf } from './probes.js';
import { createMcpServer } from '../server.js';

const MCP_PATH = '/mcp';
const MAX_CONNECTIONS = 64;
/** What a client gets for its headers and for the whole request; Node looks after them at the interval. */
const TIMES = { headersTimeout: 10_000, requestTimeout: 120_000, connectionsCheckingInterval: 2000 };
const CLOSE_GRACE_MS = 2000;

export interface HttpServer {
  /** Where clients connect to, with the port that was really taken. */
  url: string;
  /** Answers who waits for a job, lets others finish for two seconds, then cuts them. Does not close the host. */
  close(): Promise<void>;
}

export interface HttpOptions {
  host: string;
  port: number;
  token: string | null;
}

/** Listens. @throws RollcallError bad_argument for an open address without token, busy when the port is taken */
export async function serveHttp(
  shared: ToolHost & { adoptJobs(): void; endWaits(): Promise<void> },
  catalogue: Catalogue,
  version: string,
  { host, port, token }: HttpOptions,
): Promise<HttpServer> {
  if (!isLoopback(host) && token === null) {
    throw new RollcallError(
      'bad_argument',
      `${host} can be reached from other machines, and no token is set.`,
      'Set ROLLCALL_HTTP_TOKEN to a secret of at least 16 characters, or listen on 127.0.0.1.',
    );
  }
  let closing = false;
  const server = createServer(TIMES, (req, res) => {
    res.on('close', () => serving.connections.idle(req.socket));
    handle(req, res, serving).catch((error: unknown) => {
      // Whoever left in the middle of a request gets no answer.
      if (req.socket.destroyed) return shared.logger.debug({ err: error }, 'http client went away');
      shared.logger.error({ err: error }, 'http request failed');
      if (res.headersSent) res.destroy();
      else refuse(res, 500, 'Internal error: see the log of the server.');
    });
  });
  const serving: Serving = {
    policy: { host, token },
    shared,
    catalogue,
    version,
    connections: limitConnections(server, MAX_CONNECTIONS),
    underway: new Underway(),
    failedTokens: limitFailedTokens(),
    bodies: new Bodies(),
    metrics: createMetrics(shared),
    // The connections that the server itself cuts are nobody's wish.
    isClosing: () => closing,
  };
  const bound = await listen(server, host, port);
  shared.adoptJobs();
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${bound}${MCP_PATH}`,
    close() {
      closing = true;
      // An answer that never comes leaves clients waiting for as long as they have patience.
      shared.endWaits().catch((error: unknown) => shared.logger.warn({ err: error }, 'could not end waits'));
      return close(server, serving.connections);
    },
  };
}

/** What to paste into a client's configuration; the token stays out of the terminal's history. */
export function clientConfig(url: string, token: string | null): string {
  return JSON.stringify(
    {
      mcpServers: {
        rollcall: {
          type: 'http',
          url,
          ...(token === null ? {} : { headers: { Authorization: 'Bearer <your ROLLCALL_HTTP_TOKEN>' } }),
        },
      },
    },
    null,
    2,
  );
}

/** What every request needs. */
interface Serving {
  policy: HttpPolicy;
  shared: ToolHost;
  catalogue: Catalogue;
  version: string;
  connections: Connections;
  underway: Underway;
  failedTokens: FailedTokens;
  bodies: Bodies;
  metrics: Metrics;
  isClosing: () => boolean;
}

async function handle(req: IncomingMessage, res: ServerResponse, serving: Serving): Promise<void> {
  const { policy, shared, catalogue, version, connections, underway, metrics, isClosing } = serving;
  const probe = probeOf(req);
  if (probe) return answerProbe(probe, res, shared, isClosing);
  const foreign = originRefusal(req.headers, policy);
  const turn = foreign ? null : serving.failedTokens.turn(req.socket);
  if (turn) await turn;
  const refused = foreign ?? tokenRefusal(req, res, serving);
  if (refused) return refuse(res, refused.status, refused.message);
  const path = (req.url ?? '').split('?')[0];
  if (path === METRICS_PATH && req.method === 'GET') return answerMetrics(res, metrics);
  if (path !== MCP_PATH) return refuse(res, 404, `Not found: the endpoint is ${MCP_PATH}.`);
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST');
    return refuse(res, 405, 'Method not allowed: this server is stateless and answers POST only.');
  }
  const body = await serving.bodies.read(req);
  if (typeof body === 'string') {
    // Read to its end, unheard: who is cut off while sending may never see the answer.
    req.resume();
    if (body === 'too long') return answer(res, 413, tooLong(null));
    res.setHeader('Retry-After', '5');
    return refuse(res, 503, 'Too many large messages at once: send it again in a few seconds.');
  }
  const incoming = readIncoming(body);
  if (incoming.refusal) {
    // Params are the caller's business, and its client hands on only what comes with 200.
    return answer(res, incoming.refusal.error.code === Number(ErrorCode.InvalidParams) ? 200 : 400, incoming.refusal);
  }
  if (req.socket.destroyed) return;
  connections.busy(req.socket);
  const mcp = createMcpServer(shared, catalogue, version, {
    closingCancels: () => !isClosing(),
    clientName: clientNameOf(req),
    onCall: (...call) => metrics.onCall(...call),
  });
  const transport = new StreamableHTTPServerTransport({});
  underway.cancel(req, incoming.message);
  const forget = underway.add(req, incoming.message, transport);
  const session = sessionFor(incoming.message);
  if (session !== null) res.setHeader(SESSION_HEADER, withClientName(session.id, session.client));
  // Also after an answer, when there is nothing left to cancel.
  res.on('close', () => {
    forget();
    mcp.close().catch((error: unknown) => shared.logger.debug({ err: error }, 'closing a request'));
  });
  await mcp.connect(transport);
  await transport.handleRequest(req, res, incoming.message);
}

function tokenRefusal(
  req: IncomingMessage,
  res: ServerResponse,
  { policy, failedTokens, shared }: Serving,
): HttpRefusal | undefined {
  if (hasToken(req.headers, policy)) {
    failedTokens.right(req.socket);
    return undefined;
  }
  res.setHeader('WWW-Authenticate', 'Bearer');
  if (!failedTokens.wrong(req.socket))
    return { status: 401, message: 'Unauthorized: send the token as "Authorization: Bearer …".' };
  shared.logger.warn({ address: req.socket.remoteAddress }, 'many wrong tokens');
  res.setHeader('Retry-After', '60');
  return { status: 429, message: 'Too many wrong tokens: those of this address are looked at one at a time now.' };
}

/** An error before the body is read, which would keep the connection busy: it ends with the answer. */
function refuse(res: ServerResponse, status: number, message: string): void {
  res.setHeader('Connection', 'close');
  answer(res, status, { jsonrpc: '2.0', id: null, error: { code: -32000, message } });
}

/** JSON-RPC errors, as clients of this endpoint expect even from its guards. */
function answer(res: ServerResponse, status: number, refused: Refusal): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(refused));
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new RollcallError(
              'busy',
              `Port ${port} on ${host} is taken.`,
              'Choose another with --http <port>, or stop what listens there.',
              { cause },
            )
          : new RollcallError(
              'bad_argument',
              `Cannot listen on ${host}:${port}: ${cause.message}`,
              'Check --host and the port.',
              { cause },
            ),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function close(server: Server, connections: Connections): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.letGo();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
