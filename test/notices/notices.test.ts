/** The notices of a bundle, with real bundles of small packages: what they name, and what they refuse. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOTICES_FILE, thirdPartyNotices } from '../../scripts/notices/esbuild-plugin.js';
import { isAllowed } from '../../scripts/notices/licence-policy.js';
import { packageNotice } from '../../scripts/notices/package-notice.js';

const root = path.join(import.meta.dirname, '..', '..');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-notices-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An installed package whose index.js says its name. @returns its folder */
async function install(name: string, manifest: object, files: Record<string, string> = {}): Promise<string> {
  const at = path.join(folder, 'node_modules', name);
  await mkdir(at, { recursive: true });
  const all = {
    'package.json': JSON.stringify({ name, version: '1.0.0', main: 'index.js', ...manifest }),
    'index.js': `module.exports = ${JSON.stringify(name)};`,
    ...files,
  };
  for (const [file, text] of Object.entries(all)) await writeFile(path.join(at, file), text);
  return at;
}

/** Bundles a file that imports these packages. @returns the notices beside the bundle */
async function bundle(imports: readonly string[]): Promise<string> {
  const entry = path.join(folder, 'entry.js');
  const names = imports.map((_, i) => `p${i}`);
  const lines = imports.map((name, i) => `import p${i} from ${JSON.stringify(name)};`);
  await writeFile(entry, `${lines.join('\n')}\nconsole.log(${names.join(', ')});\n`);
  await build({
    entryPoints: [entry],
    outdir: path.join(folder, 'out'),
    absWorkingDir: folder,
    bundle: true,
    logLevel: 'silent',
    plugins: [thirdPartyNotices(root)],
  });
  return readFile(path.join(folder, 'out', NOTICES_FILE), 'utf8');
}

describe('a bundle', () => {
  it('has the notices of what is in it, and not of what is merely installed', async () => {
    await install('used', { license: 'MIT' }, { LICENSE: 'Copyright A', NOTICE: 'made by A', 'licence.js': 'no' });
    await install('idle', { license: 'MIT' }, { LICENSE: 'Copyright B' });
    const text = await bundle(['used']);
    expect(text).toContain('used@1.0.0\nLicence: MIT\n\nLICENSE:\n\nCopyright A\n\nNOTICE:\n\nmade by A\n');
    expect(text).not.toContain('idle');
  });

  it('names packages that came bundled inside another one', async () => {
    await install(
      'outer',
      { license: 'ISC' },
      {
        LICENSE: 'Copyright O',
        'index.js.map': JSON.stringify({ sources: ['../node_modules/@in/ner/src/index.ts', 'index.ts'] }),
      },
    );
    await expect(bundle(['outer'])).rejects.toThrow('outer holds code of @in/ner, which is not installed');
    await install('@in/ner', { license: 'ISC' }, { 'LICENSE.md': 'Copyright I' });
    expect(await bundle(['outer'])).toContain('@in/ner@1.0.0\nLicence: ISC\n\nLICENSE.md:\n\nCopyright I\n');
  });

  it('names the packages and the weights that the tarball carries', async () => {
    await install('used', { license: 'MIT' }, { LICENSE: 'Copyright A' });
    const text = await bundle(['used']);
    expect(text).toMatch(/^onnxruntime-node@\d.*\nLicence: MIT\n/m);
    expect(text).toMatch(/^onnxruntime-common@\d/m);
    expect(text).not.toMatch(/^(adm-zip|global-agent)@/m);
    expect(text).toContain('ThirdPartyNotices.txt: see notices/onnxruntime-node/ThirdPartyNotices.txt');
    expect(text).toMatch(/^face_detection_yunet_2026may\.onnx\nLicence: MIT, Copyright/m);
    expect(text).toMatch(/^In this package as face_detection_yunet_2026may\.[0-9a-f]{16}\.detector-\d+\.onnx: /m);
    expect(text).toMatch(/^fr_feature\.onnx\nLicence: .*\nFrom: npm package faceplugin-face-recognition-js@/m);
    expect(text).not.toMatch(/^In this package as mnet/m);
    const long = path.join(folder, 'out', 'notices', 'onnxruntime-node', 'ThirdPartyNotices.txt');
    expect(await readFile(long, 'utf8')).toContain('dawn.googlesource.com');
  });

  it('fails on licences that are not allowed, and on a missing text, and names them all', async () => {
    await install('copyleft', { license: 'GPL-3.0-only' }, { LICENSE: 'GPL' });
    await install('silent', {}, { LICENSE: 'who knows' });
    await install('bare', { license: 'MIT' });
    const failing = bundle(['copyleft', 'silent', 'bare']);
    await expect(failing).rejects.toThrow(/copyleft@1\.0\.0 has the licence "GPL-3\.0-only"/);
    await expect(failing).rejects.toThrow(/silent@1\.0\.0 has the licence "none declared"/);
    await expect(failing).rejects.toThrow(/bare@1\.0\.0 has no text of its licence, MIT/);
  });
});

describe('a review', () => {
  it('holds for the version that was looked at', async () => {
    const at = await install('bare', { license: 'SEE README' });
    const review = { licence: 'Apache-2.0', texts: ['Apache-2.0.txt'], reason: 'looked' };
    await expect(packageNotice(at, { 'bare@2.0.0': review })).rejects.toThrow('SEE README');
    const notice = await packageNotice(at, { 'bare@1.0.0': review });
    expect(notice).toMatchObject({ licence: 'Apache-2.0', reason: 'looked' });
    expect(notice.texts[0]?.text).toContain('Apache License');
  });
});

describe('a licence', () => {
  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND BSD-3-Clause'])('%s is allowed', (licence) => {
    expect(isAllowed(licence)).toBe(true);
  });
  it.each(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'MPL-2.0', 'UNLICENSED', 'SEE LICENSE IN x', ''])(
    '%j is not',
    (licence) => {
      expect(isAllowed(licence)).toBe(false);
    },
  );
});
