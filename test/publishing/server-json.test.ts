/** server.json and package.json, for an owner who has filled in owner.json and for the files as they are. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ownerSchema } from '../../scripts/publishing/owner.js';
import { ownedManifest, serverJson, serverSchema } from '../../scripts/publishing/server-json.js';

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '..', '..', file), 'utf8');
const owner = ownerSchema.parse({
  github: 'some-one',
  homepage: 'https://example.org/rollcall',
  repository: 'https://github.com/some-one/rollcall',
});

it('is valid, and agrees with package.json', () => {
  const server = serverSchema.parse(JSON.parse(read('server.json')));
  const manifest: unknown = JSON.parse(read('package.json'));
  expect(manifest).toMatchObject({ mcpName: server.name, version: server.version });
  expect(manifest).toMatchObject({ name: server.packages[0]?.identifier, version: server.packages[0]?.version });
});

it('takes everything that is the owner’s from one place', () => {
  const manifest = ownedManifest(read('package.json'), owner);
  expect(JSON.parse(manifest)).toMatchObject({
    mcpName: 'io.github.some-one/rollcall-mcp',
    homepage: 'https://example.org/rollcall',
    repository: { type: 'git', url: 'git+https://github.com/some-one/rollcall.git' },
  });
  expect(JSON.parse(serverJson(manifest, owner))).toMatchObject({
    name: 'io.github.some-one/rollcall-mcp',
    websiteUrl: 'https://example.org/rollcall',
    repository: { url: 'https://github.com/some-one/rollcall', source: 'github' },
  });
  expect(ownedManifest(manifest, owner)).toBe(manifest);
});

it('is refused where the registry would refuse it', () => {
  const good: object = serverSchema.parse(JSON.parse(read('server.json')));
  for (const bad of [
    { name: 'rollcall' },
    { description: 'x'.repeat(101) },
    { version: '^1.0.0' },
    { packages: [] },
    { licence: 'MIT' },
  ])
    expect(serverSchema.safeParse({ ...good, ...bad }).success, JSON.stringify(bad)).toBe(false);
});
