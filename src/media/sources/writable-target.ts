/** The one way from a path that a caller wrote to a place that may be written to. */
import { stat } from 'node:fs/promises';
import nodePath from 'node:path';
import { RollcallError } from '../../domain/errors/errors.js';
import { followedInside, isInside, readGiven } from './source.js';

/** A place that was looked at. */
export interface Target {
  /** A file that is there, or shall be; or a folder. */
  kind: 'file' | 'folder';
  /** Absolute, links followed. */
  location: string;
  /** Whether the folder is there; a file that is there may be replaced. */
  exists: boolean;
}

export interface TargetOptions {
  /** How the name of a file ends, with the dot, the usual one first: nothing else is ever written over. */
  endings: readonly string[];
  /** Whether a file that is there may be replaced. */
  overwrite: boolean;
  /** The only folders that may be written to, absolute; null: any. */
  allowDirs: readonly string[] | null;
  /** Folders in which nothing may be written, absolute. */
  closed: readonly string[];
}

/**
 * What a path names: a file by its ending, else a folder. Nothing is made or opened.
 * @throws RollcallError `forbidden` outside the folders, `not_found` where the folder that it lies in isn't there,
 * `bad_argument`
 */
export async function resolveTarget(given: string, options: TargetOptions): Promise<Target> {
  const { endings, overwrite, allowDirs, closed } = options;
  const read = readGiven(given);
  if (read.kind !== 'path')
    throw new RollcallError('bad_argument', 'Files are written on this machine only.', 'Give a path.');
  const location = await followedInside(read.location, allowDirs);
  const shut = await Promise.all(closed.map((folder) => followedInside(folder, null)));
  if (isInside(location, shut))
    throw new RollcallError('forbidden', 'Nothing is written into the library itself.', 'Give another folder.');
  const ends = endings.includes(nodePath.extname(location).toLowerCase());
  const info = await stat(location).catch(() => null);
  if (info?.isDirectory()) return { kind: 'folder', location, exists: true };
  if (info) {
    if (!info.isFile() || !ends) throw wrongEnding(read.location, endings);
    if (!overwrite)
      throw new RollcallError(
        'bad_argument',
        `${read.location} is there already.`,
        'Give another path, or {overwrite} to replace it.',
      );
    return { kind: 'file', location, exists: true };
  }
  if (!ends && endings.length > 0 && nodePath.extname(location) !== '') throw wrongEnding(read.location, endings);
  const parent = nodePath.dirname(location);
  const around = await stat(parent).catch(() => null);
  if (!around?.isDirectory())
    throw new RollcallError('not_found', `There is no folder ${parent}.`, 'Give a path in a folder that exists.');
  return { kind: ends ? 'file' : 'folder', location, exists: false };
}

function wrongEnding(path: string, endings: readonly string[]): RollcallError {
  return new RollcallError(
    'bad_argument',
    `${nodePath.basename(path)} is neither a folder nor named like a file of this format.`,
    endings.length === 0 ? 'Give a folder.' : `Give a file that ends in ${endings.join(' or ')}, or a folder.`,
  );
}
