/**
 * Streamable HTTP, stateless: every POST gets a server and a transport of its own over the shared
 * services, so any number of clients can come and go. There are no sessions and no server-sent streams
 * outside an answer: GET and DELETE are 405.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { RollcallError } from '../domain/errors.js';
import type { ToolHost } from '../tools/define-tool.js';
import type { Catalogue } from './catalogue.js';
import { type HttpPolicy, isLoopback, refusal } from './http-guards.js';
import { createMcpServer } from './server.js';

export const MCP_PATH = '/mcp';
/** Pictures come as data URLs. */
const MAX_BODY_BYTES = 40 * 1024 * 1024;
const MAX_CONNECTIONS = 64;
const CLOSE_GRACE_MS = 2000;

export interface HttpServer {
  /** Where clients connect to, with the port that was really taken. */
  url: string;
  /** Lets answers under way finish for two seconds, then cuts them. Does not close the host. */
  close(): Promise<void>;
}

export interface HttpOptions {
  host: string;
  port: number;
  token: string | null;
}

/** Listens. @throws RollcallError bad_argument for an open address without token, busy when the port is taken */
export async function serveHttp(
  shared: ToolHost & { adoptJobs(): void },
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
  const policy: HttpPolicy = { host, token };
  const server = createServer((req, res) => {
    handle(req, res, policy, shared, catalogue, version).catch((error: unknown) => {
      shared.logger.error({ err: error }, 'http request failed');
      if (res.headersSent) res.destroy();
      else refuse(res, 500, 'Internal error: see the log of the server.');
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  const bound = await listen(server, host, port);
  shared.adoptJobs();
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${bound}${MCP_PATH}`, close: () => close(server) };
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

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  policy: HttpPolicy,
  shared: ToolHost,
  catalogue: Catalogue,
  version: string,
): Promise<void> {
  const refused = refusal(req.headers, policy);
  if (refused) {
    if (refused.status === 401) res.setHeader('WWW-Authenticate', 'Bearer');
    return refuse(res, refused.status, refused.message);
  }
  if ((req.url ?? '').split('?')[0] !== MCP_PATH) return refuse(res, 404, `Not found: the endpoint is ${MCP_PATH}.`);
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST');
    return refuse(res, 405, 'Method not allowed: this server is stateless and answers POST only.');
  }
  const body = await readBody(req);
  if (body === undefined) return refuse(res, 413, `Payload too large: at most ${MAX_BODY_BYTES} bytes.`);
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return refuse(res, 400, 'Parse error: the body is not JSON.', -32700);
  }
  const mcp = createMcpServer(shared, catalogue, version);
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  res.on('close', () => {
    mcp.close().catch((error: unknown) => shared.logger.debug({ err: error }, 'closing a request'));
  });
  await mcp.connect(transport);
  await transport.handleRequest(req, res, message);
}

/** JSON-RPC errors, as clients of this endpoint expect even from its guards. */
function refuse(res: ServerResponse, status: number, message: string, code = -32000): void {
  // An unread body would keep the connection busy: it ends with the answer.
  res
    .writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' })
    .end(JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }));
}

/** The body as text, or undefined when it is too large. */
async function readBody(req: IncomingMessage): Promise<string | undefined> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> = req.iterator({ destroyOnReturn: false });
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
