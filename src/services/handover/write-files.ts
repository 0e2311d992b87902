/** Files of an export, each written in one step. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { RollcallError } from '../../domain/errors/errors.js';
import type { HandoverFile } from '../../domain/handover/handover.js';
import type { Target } from '../../media/sources/writable-target.js';
import { writeAtomically } from '../../store/files/atomic-write.js';
import type { ExportAnswer } from '../answers/export.js';

/** Spreadsheets take a table without it for one in another alphabet. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes them: one to the target itself where that is a file, else all into the folder, which is made if need be.
 * @throws RollcallError `bad_argument` where files are there, or several are to be one
 */
export async function writeFiles(
  target: Target,
  files: readonly HandoverFile[],
  { overwrite, bom }: { overwrite: boolean; bom: boolean },
): Promise<ExportAnswer['files']> {
  const [first, ...more] = files;
  if (target.kind === 'file' && (first === undefined || more.length > 0))
    throw new RollcallError(
      'bad_argument',
      first === undefined ? 'There is no film to write a file of.' : `There are ${files.length} files to write.`,
      first === undefined ? 'Name {video_ids}, or somebody who was found.' : 'Give a folder as {out}.',
    );
  const places = files.map((file) => ({
    file,
    path: target.kind === 'file' ? target.location : path.join(target.location, file.name),
  }));
  if (target.kind === 'folder') {
    await openFolder(target);
    if (!overwrite) await refuseExisting(places.map((p) => p.path));
  }
  const written: ExportAnswer['files'] = [];
  for (const { file, path: place } of places) {
    const bytes = Buffer.from(`${bom ? BYTE_ORDER_MARK : ''}${file.content}`);
    await writeAtomically(place, bytes);
    written.push({ path: place, bytes: bytes.byteLength, entries: file.entries });
  }
  return written;
}

/** Makes the folder where it is not there. */
export async function openFolder({ location, exists }: Target): Promise<void> {
  if (!exists) await mkdir(location, { recursive: false });
}

/** @throws RollcallError bad_argument */
export async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const one of paths) {
    const there = await stat(one).catch(() => null);
    if (there)
      throw new RollcallError(
        'bad_argument',
        `${one} is there already.`,
        'Give another path, or {overwrite} to replace it.',
      );
  }
}
