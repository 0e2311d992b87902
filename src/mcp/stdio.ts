/** The server on stdin and stdout: lives as long as its client. */
import process from 'node:process';
import type { Writable } from 'node:stream';
import type { ToolHost } from '../tools/define-tool.js';
import type { Catalogue } from './catalogue.js';
import { createMcpServer } from './server.js';
import { createShutdown, shutdownOnSignals, shutdownWithParent } from './shutdown.js';
import { createStdioTransport } from './stdio-transport.js';

/** Serves until stdin ends, stdout breaks, a signal comes or the parent dies; then exits the process. */
export async function serveStdio(
  host: ToolHost & { adoptJobs(): void; close(): Promise<void> },
  catalogue: Catalogue,
  version: string,
  stdout: Writable,
): Promise<void> {
  const mcp = createMcpServer(host, catalogue, version);
  const shutdown = createShutdown(async () => {
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
