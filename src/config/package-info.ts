/** Where this package lives and which version it is, the same from source and from the bundle. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const manifestSchema = z.object({ name: z.literal('rollcall-mcp'), version: z.string() });

export interface PackageInfo {
  /** Folder that holds package.json and models/. */
  root: string;
  version: string;
}

/** Finds the package's own package.json above this file. */
export function packageInfo(from = fileURLToPath(import.meta.url)): PackageInfo {
  for (let folder = path.dirname(from); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file)) {
      const manifest = manifestSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      if (manifest.success) return { root: folder, version: manifest.data.version };
    }
    if (folder === path.dirname(folder)) throw new Error('rollcall-mcp has lost its package.json');
  }
}
