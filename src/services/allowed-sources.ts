/** What requests name, resolved under this process's settings: the only way for services to something they may open. */
import type { Settings } from '../config/settings.js';
import { type Source, resolveSource } from '../media/sources/source.js';
import { resolveTarget, type Target, type TargetOptions } from '../media/sources/writable-target.js';

export type Picture = Source<'file' | 'url' | 'data'>;

export interface Sources {
  /** A video, or a folder of videos. @throws RollcallError forbidden, not_found, bad_argument */
  video(given: string): Promise<Source<'file' | 'folder' | 'url'>>;
  /** A picture. @throws RollcallError forbidden, not_found, bad_argument */
  picture(given: string): Promise<Picture>;
  /** A file of this machine. @throws RollcallError forbidden, not_found, bad_argument */
  file(given: string): Promise<Source<'file'>>;
  /** A file or folder to write. @throws RollcallError forbidden, not_found, bad_argument */
  target(given: string, options: Pick<TargetOptions, 'endings' | 'overwrite'>): Promise<Target>;
}

export function createSources({ allowDirs, home }: Pick<Settings, 'allowDirs' | 'home'>): Sources {
  return {
    video: (given) => resolveSource(given, { accept: ['file', 'folder', 'url'], allowDirs }),
    picture: (given) => resolveSource(given, { accept: ['file', 'url', 'data'], allowDirs }),
    file: (given) => resolveSource(given, { accept: ['file'], allowDirs }),
    target: (given, options) => resolveTarget(given, { ...options, allowDirs, closed: [home] }),
  };
}
