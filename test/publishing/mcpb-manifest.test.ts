/** The manifest of the .mcpb bundle, held to the official packer, and what the README gives clients to paste. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { mcpbManifest } from '../../scripts/publishing/mcpb-manifest.js';
import { ownerSchema } from '../../scripts/publishing/owner.js';
import { allTools } from '../../src/tools/all-tools.js';

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '..', '..', file), 'utf8');
const packer = path.join(path.dirname(createRequire(import.meta.url).resolve('@anthropic-ai/mcpb')), 'cli/cli.js');
const owner = ownerSchema.parse({
  github: 'some-one',
  homepage: 'https://example.org/rollcall',
  repository: 'https://github.com/some-one/rollcall',
});

function validate(manifest: string): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-mcpb-manifest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'manifest.json'), manifest);
  execFileSync(process.execPath, [packer, 'validate', path.join(folder, 'manifest.json')], { stdio: 'pipe' });
}

it('is valid, names every tool, and asks for the folders', () => {
  const manifest = mcpbManifest(read('package.json'), owner, allTools, 'linux');
  validate(manifest);
  const parsed = z
    .looseObject({
      version: z.string(),
      tools: z.array(z.object({ name: z.string() })),
      user_config: z.record(z.string(), z.looseObject({ type: z.string() })),
      server: z.looseObject({ mcp_config: z.looseObject({ env: z.record(z.string(), z.string()) }) }),
    })
    .parse(JSON.parse(manifest));
  expect(JSON.parse(read('package.json'))).toMatchObject({ version: parsed.version });
  expect(parsed.tools.map((t) => t.name)).toEqual(allTools.map((t) => t.name));
  for (const value of Object.values(parsed.server.mcp_config.env)) {
    const [, asked = ''] = /^\$\{user_config\.(\w+)\}$/.exec(value) ?? [];
    expect(parsed.user_config[asked]?.type, value).toBe('directory');
  }
});

it('is refused where it says what no manifest may', () => {
  const manifest: object = JSON.parse(mcpbManifest(read('package.json'), owner, allTools, 'linux')) as object;
  expect(() => validate(JSON.stringify({ ...manifest, server: { type: 'ruby' } }))).toThrow();
});

it('what the README gives clients to paste is JSON, and starts this package', () => {
  const snippets = [...read('README.md').matchAll(/```json\n([^]*?)```/g)].map(([, json = '']) => json);
  const starts = z.object({ command: z.literal('npx'), args: z.tuple([z.literal('-y'), z.literal('rollcall-mcp')]) });
  const shape = z.union([
    z.object({ mcpServers: z.object({ rollcall: starts }) }),
    z.object({ servers: z.object({ rollcall: starts.extend({ type: z.literal('stdio') }) }) }),
  ]);
  expect(snippets.map((json) => Object.keys(shape.parse(JSON.parse(json)))[0])).toEqual(['mcpServers', 'servers']);
  shape.parse(JSON.parse(read('mcp.json')));
  expect(read('README.md')).toContain('claude mcp add rollcall -- npx -y rollcall-mcp');
  expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'rollcall-mcp' });
});
