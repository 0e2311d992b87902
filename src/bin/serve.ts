/** Starts a server, or a worker, over an app; both end together. */
import process from 'node:process';
import { createApp } from '../app.js';
import { createLogger } from '../config/logger.js';
import { packageInfo } from '../config/package-info.js';
import { type RawSettings, loadSettings } from '../config/settings.js';
import { asRollcallError } from '../domain/errors/errors.js';
import { type Catalogue, createCatalogue } from '../mcp/catalogue.js';
import { guardStdout } from '../mcp/stdio/stdout-guard.js';

/** Returns once it listens; the process lives until the client goes. */
export async function serveOnStdio(flags: RawSettings): Promise<void> {
  const { stdout } = guardStdout();
  await orExplain(async () => {
    const settings = loadSettings(flags);
    const { serveStdio } = await import('../mcp/stdio/stdio.js');
    await serveStdio(createApp(settings, createLogger(settings.logLevel)), catalogue(), packageInfo().version, stdout);
  });
}

/** Returns once it listens; the process lives until a signal comes. */
export async function serveOnHttp(flags: RawSettings): Promise<void> {
  await orExplain(async () => {
    const settings = loadSettings(flags);
    const [{ clientConfig, serveHttp }, { createShutdown, shutdownOnSignals }] = await Promise.all([
      import('../mcp/http/http.js'),
      import('../mcp/shutdown.js'),
    ]);
    const app = createApp(settings, createLogger(settings.logLevel));
    const { httpHost: host, httpPort: port, httpToken: token } = settings;
    const server = await serveHttp(app, catalogue(), packageInfo().version, { host, port, token });
    shutdownOnSignals(
      createShutdown(async () => {
        await server.close();
        await app.close();
      }, app.logger),
    );
    process.stderr.write(
      `Rollcall listens on ${server.url}. For a client's configuration:\n${clientConfig(server.url, token)}\n`,
    );
  });
}

/**
 * Returns once it takes work; the process lives until a signal comes, or it finds that it can't do any.
 * @param how see startWorker
 */
export async function workOnQueue(flags: RawSettings, how: { tasks: number; partMinutes: number }): Promise<void> {
  await orExplain(async () => {
    const settings = loadSettings(flags);
    const { createShutdown, shutdownOnSignals } = await import('../mcp/shutdown.js');
    const app = createApp(settings, createLogger(settings.logLevel));
    const shutdown = createShutdown(() => app.close(), app.logger);
    shutdownOnSignals(shutdown);
    const works = await app.work(how, ({ message, hint }) => {
      process.stderr.write(`rollcall-mcp worker ends, and others do what it was at: ${message}\n${hint}\n`);
      process.exitCode = 1;
      shutdown('this worker can index nothing');
    });
    if (works) process.stderr.write('Rollcall takes work from the queue.\n');
  });
}

function catalogue(): Catalogue {
  return createCatalogue(async () => (await import('../tools/all-tools.js')).allTools);
}

async function orExplain(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (thrown) {
    const { message, hint } = asRollcallError(thrown);
    process.stderr.write(`rollcall-mcp cannot start: ${message}\n${hint}\n`);
    process.exit(1);
  }
}
