/** The server on stdin and stdout: lives as long as its client. */
import process from 'node:process';
import type { Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { ToolHost } from '../tools/define-tool.js';
import type { Catalogue } from './catalogue.js';
import { createMcpServer } from './server.js';
import { createShutdown, shutdownOnSignals, shutdownWithParent } from './shutdown.js';

/** A picture of 25 MB as a data URL, and then some. */
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024;

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
  await mcp.connect(new StdioServerTransport(process.stdin, stdout, { maxBufferSize: MAX_MESSAGE_BYTES }));
  host.adoptJobs();
}
