/**
 * `npm pack` runs this first: makes this checkout's copy of onnxruntime-node what the package carries (see
 * bundleDependencies in package.json). Its postinstall asks a host other than the npm registry for CUDA libraries, and
 * fails where that host can't be reached; its modules for that are of no other use. Running it twice changes nothing
 * more;
 * `npm ci` brings the original back.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Needed by the postinstall alone. */
export const INSTALL_ONLY: readonly string[] = ['adm-zip', 'global-agent'];
/**
 * For providers on the GPU, which Rollcall never asks for (see vision/sessions). The loader doesn't miss them: WebGPU
 * loads the first two itself, and onnxruntime.dll's import of the third is a delayed one (objdump shows none; its
 * delay-import directory does).
 */
const GPU_ONLY = ['dxcompiler.dll', 'dxil.dll', 'DirectML.dll'];

const manifestSchema = z.looseObject({
  version: z.string(),
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()),
});

/**
 * Slims an installed onnxruntime-node in place.
 * @param folder the package's own folder
 * @returns names of what was removed, relative to `folder`
 * @throws Error when the package is laid out otherwise than this script knows
 */
export async function slimOnnxruntime(folder: string): Promise<string[]> {
  const removed: string[] = [];
  const manifestFile = path.join(folder, 'package.json');
  const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestFile, 'utf8')));
  const dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies).filter(([name]) => !INSTALL_ONLY.includes(name)),
  );
  if (manifest.scripts || Object.keys(dependencies).length < Object.keys(manifest.dependencies).length) {
    const { scripts: _scripts, devDependencies: _dev, ...rest } = manifest;
    await replaceFile(manifestFile, `${JSON.stringify({ ...rest, dependencies }, null, 2)}\n`);
    removed.push('package.json: scripts, install-only dependencies');
  }
  const binaries = path.join(folder, 'bin', 'napi-v6');
  for (const platform of await readdir(binaries)) {
    for (const arch of await readdir(path.join(binaries, platform))) {
      const at = path.join(binaries, platform, arch);
      const drop =
        platform === 'win32' ? GPU_ONLY : platform === 'darwin' ? await duplicates(at, manifest.version) : [];
      for (const name of drop) {
        const file = path.join(at, name);
        if (!existsSync(file)) continue;
        await rm(file);
        removed.push(path.relative(folder, file));
      }
    }
  }
  for (const name of ['script', 'lib']) {
    if (!existsSync(path.join(folder, name))) continue;
    await rm(path.join(folder, name), { recursive: true });
    removed.push(name);
  }
  return removed;
}

/**
 * The library under its full version: npm packages can't hold the symbolic link it was. The binding loads the short
 * name.
 */
async function duplicates(folder: string, version: string): Promise<string[]> {
  const full = `libonnxruntime.${version}.dylib`,
    short = `libonnxruntime.${version.split('.')[0]}.dylib`;
  if (!existsSync(path.join(folder, short)))
    throw new Error(`${short} is missing: does the binding still load it? Look with \`strings\`.`);
  if (!existsSync(path.join(folder, full))) return [];
  const [a, b] = await Promise.all([hash(path.join(folder, full)), hash(path.join(folder, short))]);
  return a === b ? [full] : [];
}

async function hash(file: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(file), sum);
  return sum.digest('hex');
}

/** In one step: others may be reading it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const staging = await mkdtemp(`${file}-`);
  await writeFile(path.join(staging, 'file'), text);
  await rename(path.join(staging, 'file'), file);
  await rm(staging, { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../node_modules/onnxruntime-node', import.meta.url));
  for (const what of await slimOnnxruntime(folder)) process.stderr.write(`onnxruntime-node without ${what}\n`);
}
