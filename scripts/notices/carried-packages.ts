/** The packages that lie in the tarball as they are: those of bundleDependencies, and what they need. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { INSTALL_ONLY } from '../slim-onnxruntime.js';

const manifestSchema = z.looseObject({
  bundleDependencies: z.array(z.string()).default([]),
  dependencies: z.record(z.string(), z.string()).default({}),
});
const readManifest = async (folder: string): Promise<z.infer<typeof manifestSchema>> =>
  manifestSchema.parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')));

/** Their folders, sorted. @param root the project's */
export async function carriedPackages(root: string): Promise<string[]> {
  const folders = new Set<string>();
  const add = async (name: string, from: string): Promise<void> => {
    const nested = path.join(from, 'node_modules', name);
    const folder = existsSync(nested) ? nested : path.join(root, 'node_modules', name);
    if (folders.has(folder)) return;
    folders.add(folder);
    // `npm pack` leaves these out (scripts/slim-onnxruntime.ts).
    for (const needed of Object.keys((await readManifest(folder)).dependencies))
      if (!INSTALL_ONLY.includes(needed)) await add(needed, folder);
  };
  for (const name of (await readManifest(root)).bundleDependencies) await add(name, root);
  return [...folders].sort();
}
