/** Files that the lab itself has made or was started with: any may be opened. */
import { type Source, resolveSource } from '../src/media/sources/source.js';

export function ownFile(path: string): Promise<Source<'file'>> {
  return resolveSource(path, { accept: ['file'], allowDirs: null });
}
