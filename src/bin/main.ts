/** Decides what the process is: a server on stdio (no command), a server on HTTP, or one command. */
import process from 'node:process';
import type { RawSettings } from '../config/settings.js';
import { serveOnHttp, serveOnStdio, workOnQueue } from './serve.js';

/** @param args without node and script */
export async function main(args: readonly string[]): Promise<void> {
  // The way clients start it, and the one that must be fast: nothing to parse.
  if (args.length === 0) return serveOnStdio({});
  const { runProgram } = await import('../cli/program.js');
  const { createApp } = await import('../app.js');
  const { createLogger } = await import('../config/logger.js');
  const { loadSettings } = await import('../config/settings.js');
  process.exitCode = await runProgram(args, {
    serve: (flags: RawSettings, http: boolean) => (http ? serveOnHttp(flags) : serveOnStdio(flags)),
    work: workOnQueue,
    open(flags: RawSettings) {
      const settings = loadSettings(flags, process.env, { logLevel: 'warn' });
      return createApp(settings, createLogger(settings.logLevel));
    },
  });
}
