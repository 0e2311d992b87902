import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { RollcallError } from '../domain/errors.js';

/**
 * Checks a path against the folders that may be read (all, when null). URLs pass: they name no local file.
 * Symbolic links are followed first. @throws RollcallError forbidden
 */
export async function assertAllowed(source: string, allowDirs: readonly string[] | null): Promise<void> {
  if (!allowDirs || /^(https?|data):/i.test(source)) return;
  const file = await realpath(path.resolve(source.replace(/^file:\/\//, ''))).catch(() => path.resolve(source));
  for (const dir of allowDirs) {
    const root = await realpath(dir).catch(() => dir);
    const relative = path.relative(root, file);
    if (relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative))) return;
  }
  throw new RollcallError('forbidden', 'That file is outside the folders that may be read.', `Use a file inside ${allowDirs.join(', ')}, or change ROLLCALL_ALLOW_DIRS.`);
}
