/** The library's own code, of this checkout or another: what a version is measured by. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tuning } from '../../../src/store/api.js';

/** What is needed of a version's `src`. */
export interface Code {
  openLibrary: typeof import('../../../src/store/library.js').openLibrary;
  joinVideo: typeof import('../../../src/services/indexing/join-video.js').joinVideo;
  joinRule: typeof import('../../../src/services/grouping/group-tracks.js').joinRule;
  openPrepared: typeof import('../../../src/weights/open-prepared.js').openPrepared;
  loadSettings: typeof import('../../../src/config/settings.js').loadSettings;
  loadPack: typeof import('../../../src/vision/packs/pack.js').loadPack;
  packDimensions: typeof import('../../../src/vision/packs/pack.js').packDimensions;
  packFingerprint: typeof import('../../../src/vision/packs/fingerprint.js').packFingerprint;
}

/** Each where it is, and where it was in earlier versions. */
const FILES = [
  ['store/library'],
  ['services/indexing/join-video'],
  ['services/grouping/group-tracks', 'services/people/group-tracks'],
  ['weights/open-prepared'],
  ['config/settings'],
  ['vision/packs/pack', 'vision/pack'],
  ['vision/packs/fingerprint', 'vision/fingerprint'],
] as const;

/** @param root of a checkout with its packages */
export async function codeOf(root: string): Promise<Code> {
  const modules = await Promise.all(
    FILES.map(([now, before = now]): Promise<object> => {
      const [file, earlier] = [now, before].map((place) => path.join(root, 'src', `${place}.ts`)) as [string, string];
      return import(pathToFileURL(existsSync(file) ? file : earlier).href);
    }),
  );
  // Another version of the same functions: what it is called with here, it knows.
  return Object.assign({}, ...modules) as Code;
}

/** Opens a library with the default pack of that version. @param tuning where it is not to be as usual */
export async function openHome(code: Code, home: string, tuning: Partial<Tuning> = {}) {
  const settings = code.loadSettings({ home, logLevel: 'error' });
  const pack = await code.loadPack(settings.modelsDir, settings.pack);
  const { vectors, population } = code.packFingerprint(pack);
  const options = { home, dimensions: code.packDimensions(pack), pack: pack.id, vectors, population, tuning };
  return { settings, pack, library: await code.openLibrary(options) };
}
