/**
 * The official conformance suite against the real HTTP server. Beside the real tools it finds the fixtures that its
 * scenarios call; what is not declared is listed in expected-failures.yaml.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { serveHttp } from '../../src/mcp/http/http.js';
import { allTools } from '../../src/tools/all-tools.js';
import { fakeHost } from '../support/servers/fake-host.js';
import { fixtureTools } from './fixture-tools.js';

const BASELINE = fileURLToPath(new URL('expected-failures.yaml', import.meta.url));
const TIME_LIMIT_MS = 100_000;

interface Ran {
  code: number;
  output: string;
}

async function conformance(url: string): Promise<Ran> {
  const suite = path.join(
    path.dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
    'dist/index.js',
  );
  const results = await mkdtemp(path.join(os.tmpdir(), 'rollcall-conformance-'));
  onTestFinished(() => rm(results, { recursive: true, force: true }));
  const args = [suite, 'server', '--url', url, '--suite', 'all', '--expected-failures', BASELINE, '-o', results];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: TIME_LIMIT_MS }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

it(
  'fails in what is expected to fail, and in nothing else',
  async () => {
    const host = fakeHost({ identities: 3 });
    onTestFinished(() => host.close());
    const catalogue = createCatalogue(() => Promise.resolve([...allTools, ...fixtureTools]));
    const server = await serveHttp(host, catalogue, '1', { host: '127.0.0.1', port: 0, token: null });
    onTestFinished(() => server.close());
    // A failure that is not listed and one that is listed and gone both make the suite end with an error.
    const { code, output } = await conformance(server.url);
    expect(code, output).toBe(0);
  },
  TIME_LIMIT_MS + 10_000,
);

it('expects no failure without a reason', async () => {
  const lines = (await readFile(BASELINE, 'utf8')).split('\n').filter((line) => line.startsWith('  - '));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^ {2}- [a-z0-9-]+ # \S.{10,}/);
});
