/** The server on stdin and stdout: lives as long as its client. */
import process from 'node:process';
import type { Writable } from 'node:stream';
import type { ToolHost } from '../../tools/definition/define-tool.js';
import type { Catalogue } from '../catalogue.js';
import { createMcpServer } from '../server.js';
import { createShutdown, shutdownOnSignals, shutdownWithParent } from '../shutdown.js';
import { createStdioTransport } from './stdio-transport.js';

interface StdioHost extends ToolHost {
  adoptJobs(): void;
  watchLibrary(onChange: () => void): Promise<() => void>;
  close(): Promise<void>;
}

/** Serves until stdin ends, stdout breaks, a signal comes or the parent dies; then exits the process. */
export async function serveStdio(
  host: StdioHost,
  catalogue: Catalogue,
  version: string,
  stdout: Writable,
): Promise<void> {
  const mcp = createMcpServer(host, catalogue, version, { listChanged: true });
  const nothing = (): void => undefined;
  let watching = Promise.resolve(nothing);
  // Before that the client is told of nothing.
  mcp.oninitialized = () => {
    const tell = (): void => {
      mcp.sendResourceListChanged().catch((error: unknown) => host.logger.debug({ err: error }, 'list changed'));
    };
    watching = host.watchLibrary(tell).catch((error: unknown) => {
      host.logger.warn({ err: error }, 'the library is not watched');
      return nothing;
    });
  };
  const shutdown = createShutdown(async () => {
    (await watching)();
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
