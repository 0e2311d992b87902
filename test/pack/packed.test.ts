/**
 * The package as a user gets it: packed, installed into an empty folder with npm's default settings, started and asked.
 * ROLLCALL_TEST_COLD=1 installs with an empty npm cache, as on a new machine.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { carriedPacks } from '../../scripts/publishing/carried-packs.js';
import { npmCommand } from '../../src/registry/npm-command.js';
import { COMPARING, packNetworks, preparedFile, readNetwork, readComparing } from '../../src/vision/packs/networks.js';
import { loadPack } from '../../src/vision/packs/pack.js';
import { systemTools } from '../support/servers/tools.js';

const MB = 1024 * 1024;
const root = path.join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
let folder: string, app: string, installed: string, output: string;
let env: Record<string, string>;

/** The machine's environment without what npm and this checkout's .npmrc add to it. */
function plainEnvironment(): Record<string, string> {
  const given = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined || /^(npm_|onnxruntime_|rollcall_|node_options|node_env|vitest)/i.test(name)
      ? []
      : [[name, value]],
  );
  return Object.fromEntries(given);
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { command, args: first, shell } = await npmCommand();
  const { stdout, stderr } = await run(command, [...first, ...args], { cwd, env, shell, maxBuffer: 64 * MB });
  return stdout + stderr;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-packed-'));
  app = path.join(folder, 'app');
  installed = path.join(app, 'node_modules', 'rollcall-mcp');
  env = { ...plainEnvironment(), ROLLCALL_HOME: path.join(folder, 'home'), ROLLCALL_LOG_LEVEL: 'warn' };
  await mkdir(app);
  await npm(['pack', '--pack-destination', folder, '--loglevel=error'], root);
  if (process.env.ROLLCALL_TEST_COLD === '1') env.npm_config_cache = path.join(folder, 'npm-cache');
  output = await npm(
    ['install', '--foreground-scripts', '--no-audit', '--no-fund', path.join(folder, await tarball())],
    app,
  );
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

async function tarball(): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack wrote no tarball');
  return name;
}

/** Every file below a folder, '/'-separated, relative to it. */
async function filesBelow(at: string): Promise<string[]> {
  return (await readdir(at, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(at, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

describe('what is installed', () => {
  it("is one onnxruntime without a postinstall, and nothing of LanceDB's JavaScript or transformers", async () => {
    const manifests = (await filesBelow(path.join(app, 'node_modules'))).filter((file) =>
      file.endsWith('/package.json'),
    );
    expect(manifests.filter((file) => /(^|\/)onnxruntime-(node|web)\/package\.json$/.test(file))).toEqual([
      'rollcall-mcp/node_modules/onnxruntime-node/package.json',
    ]);
    expect(
      manifests.filter((file) =>
        /(^|\/)(@huggingface\/|openai\/|@lancedb\/lancedb\/|adm-zip\/|global-agent\/)/.test(file),
      ),
    ).toEqual([]);
    const onnxruntime = z
      .looseObject({ dependencies: z.record(z.string(), z.string()) })
      .parse(
        JSON.parse(await readFile(path.join(installed, 'node_modules', 'onnxruntime-node', 'package.json'), 'utf8')),
      );
    expect(onnxruntime).not.toHaveProperty('scripts');
    expect(Object.keys(onnxruntime.dependencies)).toEqual(['onnxruntime-common']);
    expect(output).not.toMatch(/postinstall|npm error/i);
  });

  it('has the inference library of every platform, and no GPU libraries', async () => {
    const files = (await filesBelow(path.join(installed, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6'))).sort();
    expect(files.filter((file) => !file.endsWith('/onnxruntime_binding.node'))).toEqual([
      'darwin/arm64/libonnxruntime.1.dylib',
      'linux/arm64/libonnxruntime.so.1',
      'linux/x64/libonnxruntime.so.1',
      'win32/arm64/onnxruntime.dll',
      'win32/x64/onnxruntime.dll',
    ]);
    expect(files).toHaveLength(10);
  });

  it('holds the networks of the packs it is to carry, prepared and whole, and its papers', async () => {
    const models = path.join(installed, 'models'),
      weights = path.join(models, 'weights');
    const packs = await Promise.all(carriedPacks(folder).map((id) => loadPack(models, id)));
    const networks = packs.flatMap(packNetworks);
    for (const network of networks) await readNetwork(models, [weights], network);
    for (const file of COMPARING) await readComparing([weights], file);
    expect((await readdir(weights)).sort()).toEqual(
      [...new Set([...networks.map(preparedFile), ...COMPARING].map(({ name }) => name))].sort(),
    );
    for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'ARCHITECTURE.md', 'mcp.json', 'models/README.md'])
      expect(existsSync(path.join(installed, name)), name).toBe(true);
    expect(existsSync(path.join(installed, 'src'))).toBe(false);
  });

  it('holds the notices of every package in it, and of its weights', async () => {
    const dist = path.join(installed, 'dist');
    const notices = await readFile(path.join(dist, 'THIRD_PARTY_NOTICES.txt'), 'utf8');
    for (const file of await filesBelow(path.join(installed, 'node_modules'))) {
      if (!/^((@[^/]+\/)?[^/]+)\/package\.json$/.test(file)) continue;
      const { name, version } = z
        .object({ name: z.string(), version: z.string() })
        .parse(JSON.parse(await readFile(path.join(installed, 'node_modules', file), 'utf8')));
      expect(notices).toContain(`\n${name}@${version}\nLicence: `);
    }
    // Some of what is known to be in the bundle, and what lies inside tar's.
    for (const name of ['@modelcontextprotocol/sdk', '@lancedb/lancedb', 'apache-arrow', 'zod', 'tar', 'minipass'])
      expect(notices).toMatch(new RegExp(`^${name}@[\\d.]+\nLicence: `, 'm'));
    for (const [, file = ''] of notices.matchAll(/: see (notices\/\S+)$/gm))
      expect((await stat(path.join(dist, file))).size, file).toBeGreaterThan(60_000);
    expect(await filesBelow(path.join(dist, 'notices'))).toContain('@lancedb/lancedb/RUST_THIRD_PARTY_LICENSES.html');
    // The network that compares vectors is our own.
    for (const network of await readdir(path.join(installed, 'models', 'weights')))
      if (!COMPARING.some(({ name }) => name === network))
        expect(notices).toContain(`\nIn this package as ${network}: `);
  });

  it('is no larger than it was', async () => {
    const packed = (await stat(path.join(folder, await tarball()))).size / MB;
    const sizes = await Promise.all(
      (await filesBelow(path.join(app, 'node_modules'))).map(
        async (file) => (await stat(path.join(app, 'node_modules', file))).size,
      ),
    );
    const whole = sizes.reduce((sum, size) => sum + size, 0) / MB;
    process.stderr.write(`packed ${packed.toFixed(1)} MB, installed ${whole.toFixed(0)} MB\n`);
    expect(packed).toBeLessThan(85);
    expect(whole).toBeLessThan(420);
  });
});

describe('what it does', () => {
  it('finds everything there (doctor)', async () => {
    const { stdout } = await run(
      process.execPath,
      [path.join(installed, 'dist', 'bin', 'rollcall-mcp.js'), 'doctor', '--json'],
      { cwd: app, env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  }, 120_000);

  it('serves over npx, and indexes a video', async () => {
    const video = path.join(folder, 'bars.mp4');
    const { ffmpeg } = await systemTools();
    await run(ffmpeg, [
      '-nostdin',
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=320x180:rate=5:duration=1',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      video,
    ]);
    const { command, args: first } = await npmCommand();
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({
        command,
        args: [...first, 'exec', '--no', '--', 'rollcall-mcp'],
        cwd: app,
        env,
        stderr: 'inherit',
      }),
      { timeout: 60_000 },
    );
    try {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('index_video');
      const answer = await client.callTool({ name: 'index_video', arguments: { source: video, wait_s: 25 } });
      expect(answer.structuredContent).toMatchObject({
        video_id: expect.stringMatching(/^video_/),
        identities: [],
        coverage: [{ sample_fps: 5, faces_kept: 0 }],
      });
    } finally {
      await client.close();
    }
  }, 120_000);
});
