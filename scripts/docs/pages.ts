/** Pages that hold generated tables, and the manifests that must agree with each other. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { allTools } from '../../src/tools/all-tools.js';
import { readOwner } from '../publishing/owner.js';
import { ownedManifest, serverJson } from '../publishing/server-json.js';
import { carriedPacks } from '../publishing/carried-packs.js';
import { loadPacks, packsTable, weightsTable } from './model-tables.js';
import { fillIn, settingsTable, toolsTable } from './tables.js';

export interface Page {
  /** Relative to the repository's root. */
  file: string;
  /** The page with its tables as they should be. */
  upToDate: (page: string) => Promise<string>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

export const allPages: readonly Page[] = [
  {
    file: 'README.md',
    upToDate: (page) =>
      Promise.resolve(fillIn(fillIn(page, 'tools', toolsTable(allTools)), 'settings', settingsTable())),
  },
  {
    file: 'models/README.md',
    async upToDate(page) {
      const packs = await loadPacks(path.join(root, 'models'));
      return fillIn(fillIn(page, 'packs', packsTable(packs, carriedPacks(root))), 'weights', weightsTable(packs));
    },
  },
  {
    file: 'package.json',
    upToDate: async (manifest) => ownedManifest(manifest, await readOwner()),
  },
  {
    file: 'server.json',
    upToDate: async () => serverJson(await readFile(path.join(root, 'package.json'), 'utf8'), await readOwner()),
  },
];
