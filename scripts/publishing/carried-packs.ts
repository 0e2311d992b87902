/** Which model packs' networks go into the npm package. */
import path from 'node:path';
import { loadSettings } from '../../src/config/settings.js';

/** Free for any use: so that nobody has to fetch anything to use Rollcall at work. */
const FREE = 'open';

/** Ids of the packs, the default first. @param root the project's */
export function carriedPacks(root: string): string[] {
  const { pack } = loadSettings({ home: path.join(root, 'none') }, {});
  return [...new Set([pack, FREE])];
}
