/** What package.json promises of the package, held against what it is made from. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { carriedPacks } from '../../scripts/publishing/carried-packs.js';
import { COMPARING, packNetworks, preparedFile } from '../../src/vision/packs/networks.js';
import { loadPack } from '../../src/vision/packs/pack.js';

const root = path.join(import.meta.dirname, '..', '..');
const require = createRequire(import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const strings = z.record(z.string(), z.string());
const manifest = z
  .object({
    files: z.array(z.string()),
    engines: z.object({ node: z.string() }),
    dependencies: strings,
    optionalDependencies: strings,
    devDependencies: strings,
    bundleDependencies: z.array(z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(read(path.join(root, 'package.json')));
const lancedb = z
  .object({ version: z.string(), optionalDependencies: strings })
  .parse(read(path.join(path.dirname(require.resolve('@lancedb/lancedb')), '..', 'package.json')));
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string().optional(), hasInstallScript: z.boolean().optional() }),
    ),
  })
  .parse(read(path.join(root, 'package-lock.json')));

it('packs the prepared networks of the packs it is to carry and no others, whose licences may forbid it', async () => {
  const packs = await Promise.all(carriedPacks(root).map((id) => loadPack(path.join(root, 'models'), id)));
  const carried = new Set([...packs.flatMap(packNetworks).map(preparedFile), ...COMPARING].map(({ name }) => name));
  expect(manifest.files.filter((file) => file.startsWith('models/weights')).sort()).toEqual(
    [...carried].map((name) => `models/weights/${name}`).sort(),
  );
});

it("depends on LanceDB's binaries for every platform, at the version of the bundled JavaScript", () => {
  const binaries = Object.fromEntries(
    Object.entries(lancedb.optionalDependencies).filter(([name]) => name.startsWith('@lancedb/')),
  );
  expect(Object.keys(binaries).length).toBeGreaterThan(5);
  expect(manifest.optionalDependencies).toEqual(binaries);
  expect(new Set(Object.values(binaries))).toEqual(new Set([lancedb.version]));
});

it('has every platform in the lock, or npm ci refuses it', () => {
  for (const [name, version] of Object.entries(manifest.optionalDependencies))
    expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
});

it('says the same oldest Node to npm and to whoever starts it', () => {
  const oldest = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node);
  const program = readFileSync(path.join(root, 'src', 'bin', 'rollcall-mcp.ts'), 'utf8');
  expect(program).toContain(`needs Node ${oldest?.[1]}.${oldest?.[2]} or newer`);
  expect(program).toContain(`major < ${oldest?.[1]} || (major === ${oldest?.[1]} && minor < ${oldest?.[2]})`);
});

it('pins every version', () => {
  for (const [name, version] of Object.entries({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
  }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
});

it('runs no install script of onnxruntime-node, which would ask another host for CUDA libraries, in a checkout', () => {
  // npm can't be told not to (allowScripts passes bundled dependencies by), but runs only the scripts that the lock
  // knows of. A lock that npm made anew has the line again: take it out.
  expect(lock.packages['node_modules/onnxruntime-node']).not.toHaveProperty('hasInstallScript');
});

it('says of every other install script whether it may run', () => {
  const scripted = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  for (const [folder] of scripted) expect(manifest.allowScripts, folder).toHaveProperty([path.basename(folder)]);
});
