/**
 * The one way from what a caller wrote (a path, a URL) to something that may be opened. Whatever opens files or
 * addresses takes a Source, and only `resolveSource` makes one.
 */
import { realpathSync } from 'node:fs';
import { lstat, readlink, realpath, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import nodePath from 'node:path';
import { fileURLToPath } from 'node:url';
import { RollcallError } from '../../domain/errors/errors.js';

/** A file or folder of this machine, an https address, or a data URL. */
export type SourceKind = 'file' | 'folder' | 'url' | 'data';

/** What the constructor asks for, so that nothing else can call it, whatever the compiler was told. */
const MINT = Symbol('mint');

interface Found {
  kind: SourceKind;
  location: string;
}

/** Something that was looked at and may be opened. It can't be made, copied or imitated outside this file. */
export class Source<K extends SourceKind = SourceKind> {
  readonly #kind: K;
  readonly #location: string;
  /** Whether only some folders may be opened. */
  readonly #bounded: boolean;

  private constructor(
    mint: symbol,
    kind: K,
    location: string,
    bounded: boolean,
    /** What it is called in answers: the absolute path before links were followed, or the URL. */
    readonly shown: string,
  ) {
    if (mint !== MINT) throw new TypeError('Only resolveSource makes sources.');
    this.#kind = kind;
    this.#location = location;
    this.#bounded = bounded;
  }

  get kind(): K {
    return this.#kind;
  }

  is<T extends SourceKind>(kind: T): this is Source<T> {
    const own: SourceKind = this.#kind;
    return own === kind;
  }

  /**
   * Where it is: the path with all links followed, or the URL. @throws TypeError for anything that was not resolved,
   * whatever the compiler was told; RollcallError forbidden where a link has taken its place since
   */
  static locationOf(source: Source): string {
    if (!(#location in source)) throw new TypeError('Only what resolveSource made can be opened.');
    if (source.#bounded) source.#checkInPlace();
    return source.#location;
  }

  /**
   * A folder on the way may have become a link since, which would lead out of the allowed folders. Asked just before
   * each opening, so that there is hardly a moment left to swap it in.
   */
  #checkInPlace(): void {
    let now: string;
    try {
      now = realpathSync.native(this.#location);
    } catch {
      return; // not there any more, or closed: whoever opens it says so
    }
    if (now !== this.#location)
      throw new RollcallError(
        'forbidden',
        `${this.shown} leads somewhere else than when it was looked at.`,
        'Leave it in its place while it is read, and ask again.',
      );
  }

  /** See `resolveSource`, which is the same with a sentence about it. */
  static async resolve<K extends SourceKind>(given: string, options: ResolveOptions<K>): Promise<Source<K>> {
    const read = readGiven(given, options.base);
    const { kind, location }: Found =
      read.kind === 'path' ? await findLocal(read.location, options) : { ...read, kind: read.kind };
    const wanted = options.accept.find((accepted) => accepted === kind);
    if (wanted === undefined) throw notAccepted(kind, given, options.accept);
    const bounded = options.allowDirs !== null && read.kind === 'path';
    return new Source(MINT, wanted, location, bounded, read.location);
  }
}

export interface ResolveOptions<K extends SourceKind> {
  /** What it may be. */
  accept: readonly K[];
  /** The only folders whose files may be opened, absolute; null: any. */
  allowDirs: readonly string[] | null;
  /** The folder that relative paths start from; the process's own when absent. */
  base?: string | undefined;
}

/**
 * Finds out what a path or URL stands for: `~`, relative paths, `file://` URLs, links. Nothing is opened. A path whose
 * target, links followed, lies outside `allowDirs` is refused whether or not it is there. What is named is looked up
 * now: a link that is swapped later leads nowhere else, as the target's own path is kept.
 * @throws RollcallError `forbidden`, `not_found`, `bad_argument`
 */
export function resolveSource<K extends SourceKind>(given: string, options: ResolveOptions<K>): Promise<Source<K>> {
  return Source.resolve(given, options);
}

type Path = Pick<typeof nodePath, 'resolve'>;

/**
 * What a text says, without looking whether it is there. A single letter before a colon is a Windows drive, not a
 * scheme. `path` and `windows` are for tests.
 * @throws RollcallError `bad_argument`, `forbidden` for addresses that are not http(s)
 */
export function readGiven(
  given: string,
  base?: string,
  { path = nodePath, windows = process.platform === 'win32' }: { path?: Path; windows?: boolean } = {},
): { kind: 'path' | 'url' | 'data'; location: string } {
  if (given.includes('\0'))
    throw new RollcallError('bad_argument', 'A path can’t hold a NUL character.', 'Give a plain path or an https URL.');
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(given)?.[1]?.toLowerCase();
  if (scheme === 'data') return { kind: 'data', location: given };
  if (scheme === 'file') return { kind: 'path', location: path.resolve(fileUrlPath(given, windows)) };
  if (scheme !== undefined && given.startsWith('//', scheme.length + 1)) {
    if (scheme === 'https' || scheme === 'http') return { kind: 'url', location: given };
    throw new RollcallError(
      'forbidden',
      `${scheme}:// addresses are not opened, only https.`,
      'Give an https URL or a path on this machine.',
    );
  }
  const plain = given.replace(/^~(?=$|[\\/])/, () => os.homedir());
  return { kind: 'path', location: base === undefined ? path.resolve(plain) : path.resolve(base, plain) };
}

function fileUrlPath(url: string, windows: boolean): string {
  try {
    return fileURLToPath(url, { windows });
  } catch (cause) {
    throw new RollcallError('bad_argument', `${url} names no file on this machine.`, 'Give a plain path.', { cause });
  }
}

/** Whether a path is one of the folders or lies below one; both absolute, with links followed. */
export function isInside(
  file: string,
  folders: readonly string[],
  path: Pick<typeof nodePath, 'relative' | 'isAbsolute' | 'sep'> = nodePath,
): boolean {
  return folders.some((folder) => {
    const relative = path.relative(folder, file);
    return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  });
}

/** What may be given instead of a path. A picture's base64 alone reads as one. */
function elsewhere(accept: readonly SourceKind[]): string[] {
  return [
    ...(accept.includes('url') ? ['an https URL'] : []),
    ...(accept.includes('data') ? ['a picture as data:image/jpeg;base64,…'] : []),
  ];
}

/** No system has longer paths; looking for each folder of a picture's base64 took minutes. */
const LONGEST = process.platform === 'win32' ? 32_767 : 4096;

function notThere(wanted: string, accept: readonly SourceKind[], cause?: unknown): RollcallError {
  return new RollcallError(
    'not_found',
    `There is no ${accept.includes('file') ? 'file' : 'folder'} ${wanted}.`,
    `Give ${['the full path of a file on this machine', ...elsewhere(accept)].join(', or ')}.`,
    { cause },
  );
}

async function findLocal(
  wanted: string,
  { allowDirs, accept }: Pick<ResolveOptions<SourceKind>, 'allowDirs' | 'accept'>,
): Promise<Found> {
  if (wanted.length > LONGEST) throw notThere(wanted, accept);
  const location = await followedInside(wanted, allowDirs);
  const info = await stat(location).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM'))
      throw new RollcallError(
        'forbidden',
        `${wanted} cannot be looked at: a folder that it lies in is closed to this server.`,
        'Give the user that runs this server permission to enter it, or give another path.',
        { cause },
      );
    throw notThere(wanted, accept, cause);
  });
  if (info.isDirectory()) return { kind: 'folder', location };
  if (!info.isFile() || (await isMadeByKernel(location)))
    throw new RollcallError('bad_argument', `${wanted} is not an ordinary file.`, 'Give the path of an ordinary file.');
  return { kind: 'file', location };
}

/**
 * The path with all links followed, whether or not it is there.
 * @throws RollcallError `forbidden` outside the allowed folders
 */
export async function followedInside(wanted: string, allowDirs: readonly string[] | null): Promise<string> {
  const location = await followed(wanted);
  if (allowDirs && !isInside(location, await Promise.all(allowDirs.map((folder) => followed(folder)))))
    throw new RollcallError(
      'forbidden',
      `${wanted} is outside the folders Rollcall may open.`,
      `Give a path inside ${allowDirs.join(' or ')}, or add its folder to ROLLCALL_ALLOW_DIRS.`,
    );
  return location;
}

/** Links that one path may lead through. */
const MOST_LINKS = 40;

/** The path with all links followed, also where what it leads to is not there. */
async function followed(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = nodePath.dirname(path);
    if (parent === path) return path;
    const isLink = (await lstat(path).catch(() => null))?.isSymbolicLink() ?? false;
    if (!isLink || links >= MOST_LINKS) return nodePath.join(await followed(parent, links), nodePath.basename(path));
    return followed(nodePath.resolve(await followed(parent, links + 1), await readlink(path)), links + 1);
  }
}

/** Linux file systems whose "files" are this and other processes, and devices (statfs(2)). */
const KERNEL_FILES: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0x63677270, // cgroup2
  0x27e0eb, // cgroup
]);

async function isMadeByKernel(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const info = await statfs(path).catch(() => null);
  return info !== null && KERNEL_FILES.has(info.type);
}

function notAccepted(kind: SourceKind, given: string, accept: readonly SourceKind[]): RollcallError {
  switch (kind) {
    case 'data':
      return new RollcallError(
        'bad_argument',
        'A data URL can only be a picture.',
        `Give a path${accept.includes('url') ? ' or an https URL' : ''}.`,
      );
    case 'url':
      return new RollcallError('bad_argument', `${given} is not on this machine.`, 'Download it and give its path.');
    case 'folder':
      return new RollcallError('bad_argument', `${given} is a folder.`, 'Give the path of one file.');
    case 'file':
      return new RollcallError('bad_argument', `${given} is a file.`, 'Give the path of a folder.');
  }
}

/** How a source is called in messages. */
export function labelOf(source: Source): string {
  const location = Source.locationOf(source);
  switch (source.kind) {
    case 'data':
      return 'The data URL';
    case 'url':
      return URL.canParse(location) ? new URL(location).origin + new URL(location).pathname : location;
    default:
      return nodePath.basename(source.shown);
  }
}
