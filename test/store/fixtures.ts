import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { newId } from '../../src/domain/ids.js';
import type { Library, LibraryOptions } from '../../src/store/api.js';
import { openLibrary } from '../../src/store/library.js';
import type { TrackRow } from '../../src/store/rows.js';
import { DIMENSIONS, makeTrack, makeVideo, PACK } from './rows.js';

export { DIMENSIONS, makeIdentity, makeReference, makeTrack, makeVideo, PACK, randomVector } from './rows.js';

// Real files and processes, on machines that may have other things to do.
vi.setConfig({ testTimeout: 90_000 });

/** A new folder that goes away with the test. */
export async function temporaryHome(): Promise<string> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-store-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

/** Opens a library that is closed when the test ends. */
export async function open(home: string, options: Partial<LibraryOptions> = {}): Promise<Library> {
  const library = await openLibrary({ home, dimensions: DIMENSIONS, pack: PACK, ...options });
  onTestFinished(() => library.close());
  return library;
}

/** Stages and commits one video. @returns its tracks. */
export async function addVideo(
  library: Library,
  video_id: string,
  tracks: number,
  fields: Partial<TrackRow> = {},
): Promise<TrackRow[]> {
  const run_id = newId('run');
  const rows = Array.from({ length: tracks }, () => makeTrack(video_id, run_id, fields));
  await library.write(async (writer) => {
    await writer.stageTracks(rows);
    await writer.commitVideo(makeVideo(video_id, run_id));
  });
  return rows;
}

export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** The files under `folder` that contain `bytes`. */
export async function filesWith(folder: string, bytes: Uint8Array): Promise<string[]> {
  const hits: string[] = [];
  for (const file of await filesUnder(folder)) if ((await readFile(file)).includes(Buffer.from(bytes))) hits.push(file);
  return hits;
}
