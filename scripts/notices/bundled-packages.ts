/** Which npm packages a bundle is made of, by what esbuild says that it wrote. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { z } from 'zod';

const IN_PACKAGE = /^(.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const sourceMapSchema = z.object({ sources: z.array(z.string().nullable()) });

/**
 * Folders of the packages that have code in the outputs, sorted. Packages that came bundled inside a file of another
 * one (tar's index.min.js holds five) are found by that file's source map.
 * @param cwd what the metafile's paths are relative to
 * @throws Error when such an inner package is not installed, so that its licence can't be read
 */
export async function bundledPackages(metafile: Metafile, cwd: string): Promise<string[]> {
  const files = new Set<string>();
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) files.add(file);
  const folders = new Set<string>();
  for (const file of files) {
    const folder = packageFolder(path.resolve(cwd, file));
    if (folder === null) continue;
    folders.add(folder);
    for (const name of await innerPackages(path.resolve(cwd, file))) folders.add(installed(name, folder));
  }
  return [...folders].sort();
}

/** The folder of the package that a file belongs to; null for the project's own files. */
function packageFolder(file: string): string | null {
  const [, before = '', name] = IN_PACKAGE.exec(file.split(path.sep).join('/')) ?? [];
  return name === undefined ? null : path.join(before, 'node_modules', name);
}

/** Names of the packages that a bundled file was itself bundled from. */
async function innerPackages(file: string): Promise<Set<string>> {
  const map = `${file}.map`;
  if (!existsSync(map)) return new Set();
  const { sources } = sourceMapSchema.parse(JSON.parse(await readFile(map, 'utf8')));
  return new Set(
    sources.flatMap((source) => {
      const name = IN_PACKAGE.exec(source ?? '')?.[2];
      return name === undefined ? [] : [name];
    }),
  );
}

/** Where Node would find a package from inside another one. */
function installed(name: string, from: string): string {
  for (let at = from; ; at = path.dirname(at)) {
    const folder = path.join(at, 'node_modules', name);
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(at) === at)
      throw new Error(
        `${path.basename(from)} holds code of ${name}, which is not installed: install it, to have its licence.`,
      );
  }
}
