/** The server on stdin and stdout: lives as long as its client. */
import process from 'node:process';
import type { Writable } from 'node:stream';
import type { ToolHost } from '../../tools/definition/define-tool.js';
import type { Catalogue } from '../catalogue.js';
import { createMcpServer } from '../server.js';
import { createShutdown, shutdownOnSignals, shutdownWithParent } from '../shutdown.js';
import { createStdioTransport } from './stdio-transport.js';

/** Serves until stdin ends, stdout breaks, a signal comes or the parent dies; then exits the process. */
export async function serveStdio(
  host: ToolHost & { adoptJobs(): void; watchLibrary(onChange: () => void): () => void; close(): Promise<void> },
  catalogue: Catalogue,
  version: string,
  stdout: Writable,
): Promise<void> {
  const mcp = createMcpServer(host, catalogue, version, { listChanged: true });
  let unwatch = (): void => undefined;
  // Before that the client is told of nothing.
  mcp.oninitialized = () => {
    unwatch = host.watchLibrary(() => {
      mcp.sendResourceListChanged().catch((error: unknown) => host.logger.debug({ err: error }, 'list changed'));
    });
  };
  const shutdown = createShutdown(async () => {
    unwatch();
    await mcp.close();
    await host.close();
  }, host.logger);
  shutdownOnSignals(shutdown);
  shutdownWithParent(shutdown);
  for (const event of ['end', 'close', 'error'] as const) process.stdin.on(event, () => shutdown(`stdin: ${event}`));
  stdout.on('error', () => shutdown('stdout is broken'));
  process.stdout.on('error', () => shutdown('stdout is broken'));
  await mcp.connect(createStdioTransport(process.stdin, stdout));
  host.adoptJobs();
}
