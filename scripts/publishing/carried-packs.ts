/** Which model packs' networks go into the npm package. */
import path from 'node:path';
import { loadSettings } from '../../src/config/settings.js';

/**
 * Ids of the packs: the default alone, which is free for any use, so that nothing in the package is for research only.
 * @param root the project's
 */
export function carriedPacks(root: string): string[] {
  const { pack } = loadSettings({ home: path.join(root, 'none') }, {});
  return [pack];
}
