/**
 * HEIC pictures, as telephones take them. They are coded as HEVC, whose patents keep decoders out of packages such as
 * sharp. Systems have one: macOS its own, others libheif's.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cancelled, RollcallError } from '../../domain/errors/errors.js';
import { captureOutput } from '../processes/child-process.js';
import { confinement, type Sandbox } from '../processes/confinement.js';
import { onPath, programFiles } from '../processes/program-files.js';
import { notAnImage } from './image-bytes.js';

/** JPEG quality of what is read in its place: no difference that a network would notice. */
const QUALITY = '98';
/** For 50 million pixels; a telephone's 12 million take half a second. */
const BOUNDS = { limits: { memoryBytes: 4 * 1024 ** 3, cpu_s: 120 }, timeoutMs: 60_000, maxBytes: 64 * 1024 };

/** A program that turns HEIC into JPEG, with its EXIF data and colour profile. */
export interface HeicReader {
  program: string;
  args: (from: string, to: string) => string[];
  /** It writes upright pixels, whatever the EXIF data that it copies still say (libheif's up to 1.15 at least). */
  turns: boolean;
}

/** libheif's by its new name, and by its old one. */
const OF_LIBHEIF = ['heif-dec', 'heif-convert'].map(
  (program): HeicReader => ({ program, args: (from, to) => ['-q', QUALITY, from, to], turns: true }),
);
/** The first that is there is used: that of macOS is there always. */
const READERS: readonly HeicReader[] = [
  {
    program: '/usr/bin/sips',
    args: (from, to) => ['-s', 'format', 'jpeg', '-s', 'formatOptions', QUALITY, from, '--out', to],
    turns: false,
  },
  ...OF_LIBHEIF,
];

export interface HeicOptions {
  /** Without one when absent. */
  sandbox?: Sandbox | undefined;
  readers?: readonly HeicReader[];
}

/** The first picture of a HEIC file, as JPEG. */
export interface ReadHeic {
  jpeg: Buffer;
  /** To be taken as it lies, whatever its EXIF data say. */
  isUpright: boolean;
  /** Pictures in the file. */
  pages: number;
}

/**
 * Reads a HEIC picture by a program of the system, which runs with bounds, and in the sandbox where one is given.
 * @param name what errors call the picture
 * @throws RollcallError `not_an_image` when no such program is there, or it can't read the picture; `cancelled`
 */
export async function readHeic(
  bytes: Buffer,
  name: string,
  { sandbox, readers = READERS }: HeicOptions = {},
  signal?: AbortSignal,
): Promise<ReadHeic> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heic-'));
  try {
    const from = path.join(folder, 'from.heic');
    await writeFile(from, bytes, { mode: 0o600 });
    for (const { program, args, turns } of readers) {
      const limits = { ...BOUNDS.limits, ...(await confined(program, folder, sandbox)) };
      const to = path.join(folder, 'to.jpg');
      const ran = await captureOutput(program, args(from, to), { ...BOUNDS, limits }, signal);
      if (ran.notStarted !== null) continue;
      // Of several pictures libheif numbers what it writes: to-1.jpg, to-2.jpg.
      const written = (await readdir(folder)).filter((file) => file.endsWith('.jpg'));
      const [first] = written.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
      if (ran.code === 0 && first !== undefined)
        return { jpeg: await readFile(path.join(folder, first)), isUpright: turns, pages: written.length };
      throw unreadable(
        name,
        program,
        ran.killed === 'time' ? 'it took too long' : (ran.stderr.lines.at(-1) ?? 'it failed'),
      );
    }
  } catch (error) {
    if (signal?.aborted) throw cancelled(error);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  throw notAnImage(name, 'HEIC');
}

/** In the sandbox it sees the folder that it reads from and writes to. */
async function confined(
  program: string,
  folder: string,
  sandbox: Sandbox | undefined,
): Promise<ReturnType<typeof confinement>> {
  const found = sandbox && (await onPath(program));
  if (!sandbox || !found) return {};
  const command = [...sandbox.command, ...(await programFiles(found))];
  return confinement({ ...sandbox, command }, null, folder);
}

/** What would read a HEIC picture; null: nothing here. */
export async function heicReader(readers: readonly HeicReader[] = READERS): Promise<string | null> {
  for (const { program } of readers)
    if ((await captureOutput(program, ['--help'], BOUNDS)).notStarted === null) return path.basename(program);
  return null;
}

function unreadable(name: string, program: string, why: string): RollcallError {
  return new RollcallError(
    'not_an_image',
    `${name} is a HEIC picture that ${path.basename(program)} can't read: ${why.slice(0, 200)}.`,
    'It may be damaged. If a viewer shows it, save it from there as JPEG and call again.',
  );
}
