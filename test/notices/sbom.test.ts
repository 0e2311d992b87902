/** The list of parts: of what is in a bundle, in the form of CycloneDX 1.6, as far as it is used here. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { SBOM_FILE, thirdPartyNotices } from '../../scripts/notices/esbuild-plugin.js';

const root = path.join(import.meta.dirname, '..', '..');

// From bom-1.6.schema.json: these are all the fields that the document has, and what the schema asks of each.
const LENGTHS: Readonly<Record<string, number>> = { 'SHA-1': 40, 'SHA-256': 64, 'SHA-512': 128 };
const hash = z
  .strictObject({ alg: z.enum(['SHA-1', 'SHA-256', 'SHA-512']), content: z.string().regex(/^[a-f0-9]+$/) })
  .refine(({ alg, content }) => content.length === LENGTHS[alg]);
const component = z.strictObject({
  type: z.enum(['application', 'library', 'machine-learning-model']),
  'bom-ref': z.string().min(1),
  group: z.string().startsWith('@').optional(),
  name: z.string().regex(/^[^/]+$/),
  version: z.string().min(1),
  description: z.string().optional(),
  scope: z.enum(['required', 'optional', 'excluded']).optional(),
  hashes: z.array(hash).optional(),
  licenses: z
    .array(
      z.union([
        z.strictObject({ expression: z.string() }),
        z.strictObject({ license: z.strictObject({ name: z.string() }) }),
      ]),
    )
    .length(1),
  purl: z
    .string()
    .regex(/^pkg:npm\/(%40[^@/]+\/)?[^@/]+@.+$/)
    .optional(),
});
const bomSchema = z.strictObject({
  $schema: z.literal('http://cyclonedx.org/schema/bom-1.6.schema.json'),
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  version: z.number().int().min(1),
  metadata: z.strictObject({ component }),
  components: z.array(component),
  dependencies: z.array(z.strictObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

it('lists what is in the bundle and in the tarball, with licences and hashes', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-sbom-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['used', '@scope/part', 'idle']) {
    const at = path.join(folder, 'node_modules', name);
    await mkdir(at, { recursive: true });
    await writeFile(
      path.join(at, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', license: 'MIT', main: 'i.js' }),
    );
    await writeFile(path.join(at, 'LICENSE'), 'Copyright A');
    await writeFile(path.join(at, 'i.js'), `module.exports = ${JSON.stringify(name)};`);
  }
  await writeFile(
    path.join(folder, 'entry.js'),
    "import a from 'used';\nimport b from '@scope/part';\nconsole.log(a, b);\n",
  );
  const made = async (): Promise<string> => {
    await build({
      entryPoints: [path.join(folder, 'entry.js')],
      outdir: path.join(folder, 'out'),
      absWorkingDir: folder,
      bundle: true,
      logLevel: 'silent',
      plugins: [thirdPartyNotices(root)],
    });
    return readFile(path.join(folder, 'out', SBOM_FILE), 'utf8');
  };
  const text = await made();
  const bom = bomSchema.parse(JSON.parse(text));
  const byRef = new Map(bom.components.map((c) => [c['bom-ref'], c]));
  expect(byRef.size).toBe(bom.components.length);
  expect(byRef.get('pkg:npm/used@1.0.0')).toMatchObject({ name: 'used', licenses: [{ expression: 'MIT' }] });
  expect(byRef.get('pkg:npm/%40scope/part@1.0.0')).toMatchObject({ group: '@scope', name: 'part' });
  expect(text).not.toContain('idle');
  const { name, version } = bom.metadata.component;
  expect([name, bom.dependencies]).toEqual([
    'rollcall-mcp',
    [{ ref: `pkg:npm/rollcall-mcp@${version}`, dependsOn: bom.components.map((c) => c['bom-ref']) }],
  ]);
  // What the tarball carries as it is was checked by npm against this hash.
  const carried = bom.components.find((c) => c.name === 'onnxruntime-node');
  expect(carried).toMatchObject({ hashes: [{ alg: 'SHA-512' }] });
  expect(bom.components.filter((c) => c.type === 'machine-learning-model').length).toBeGreaterThan(2);
  // The same parts, the same document.
  expect(await made()).toBe(text);
});
