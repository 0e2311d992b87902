/** Files of tests as the sources that media functions take. */
import { type Source, resolveSource } from '../../../src/media/sources/source.js';

export const fileSource = (path: string): Promise<Source<'file'>> =>
  resolveSource(path, { accept: ['file'], allowDirs: null });
export const folderSource = (path: string): Promise<Source<'folder'>> =>
  resolveSource(path, { accept: ['folder'], allowDirs: null });
export const urlSource = (url: string): Promise<Source<'url'>> =>
  resolveSource(url, { accept: ['url'], allowDirs: null });
export const pictureSource = (given: string): Promise<Source<'file' | 'url' | 'data'>> =>
  resolveSource(given, { accept: ['file', 'url', 'data'], allowDirs: null });
