/**
 * `npm run mcpb`: the package as a .mcpb bundle for this platform, in build/mcpb. Packs, installs, bundles and
 * validates with the official packer, then unpacks the bundle and asks the server in it for its tools.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { npmCommand } from '../../src/registry/npm-command.js';
import { allTools } from '../../src/tools/all-tools.js';
import { IN_BUNDLE, mcpbManifest } from './mcpb-manifest.js';
import { readOwner } from './owner.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const packer = path.join(path.dirname(createRequire(import.meta.url).resolve('@anthropic-ai/mcpb')), 'cli/cli.js');
const mcpb = (...args: string[]): void => {
  execFileSync(process.execPath, [packer, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
};

const out = path.join(root, 'build', 'mcpb');
const work = await mkdtemp(path.join(os.tmpdir(), 'rollcall-mcpb-'));
try {
  const { command, args: first, shell } = await npmCommand();
  const npm = (args: readonly string[], cwd: string): void => {
    execFileSync(command, [...first, ...args], { cwd, shell, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  npm(['pack', '--pack-destination', work, '--loglevel=error'], root);
  const tarball = (await readdir(work)).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no tarball');
  const bundle = path.join(work, 'bundle');
  await mkdir(path.join(bundle, 'server'), { recursive: true });
  npm(
    [
      'install',
      '--prefix',
      path.join(bundle, 'server'),
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      path.join(work, tarball),
    ],
    work,
  );
  await dropOtherPlatforms(path.join(bundle, IN_BUNDLE, 'node_modules/onnxruntime-node/bin/napi-v6'));
  const manifest = path.join(bundle, 'manifest.json');
  await writeFile(
    manifest,
    mcpbManifest(
      await readFile(path.join(root, 'package.json'), 'utf8'),
      await readOwner(),
      allTools,
      process.platform,
    ),
  );
  mcpb('validate', manifest);
  await mkdir(out, { recursive: true });
  const file = path.join(out, `rollcall-mcp-${process.platform}-${process.arch}.mcpb`);
  mcpb('pack', bundle, file);
  const unpacked = path.join(work, 'unpacked');
  mcpb('unpack', file, unpacked);
  process.stderr.write(`${path.relative(root, file)}: ${await toolsOf(unpacked)} tools\n`);
} finally {
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}

async function dropOtherPlatforms(binaries: string): Promise<void> {
  for (const platform of await readdir(binaries))
    for (const arch of await readdir(path.join(binaries, platform)))
      if (platform !== process.platform || arch !== process.arch)
        await rm(path.join(binaries, platform, arch), { recursive: true });
}

/** Starts the server as a client does that has read the manifest. @returns how many tools it has */
async function toolsOf(bundle: string): Promise<number> {
  const home = path.join(work, 'home');
  const client = new Client({ name: 'mcpb', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [path.join(bundle, IN_BUNDLE, 'dist/bin/rollcall-mcp.js')],
      env: { ROLLCALL_HOME: home, ROLLCALL_ALLOW_DIRS: work },
      stderr: 'inherit',
    }),
    { timeout: 60_000 },
  );
  try {
    const { tools } = await client.listTools();
    if (tools.length !== allTools.length) throw new Error(`the bundle has ${tools.length} tools`);
    const { isError } = await client.callTool({ name: 'list_identities', arguments: {} });
    if (isError) throw new Error('the server in the bundle can not open a library');
    return tools.length;
  } finally {
    await client.close();
  }
}
