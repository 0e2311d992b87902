/** Encrypting a library, decrypting it, and giving it another key. */
import type { Logger } from 'pino';
import { readLibraryKey } from '../../config/library-key.js';
import { libraryAt, type Settings } from '../../config/settings.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { readOnly } from '../../domain/errors/refusals.js';
import type { Library } from '../../store/api.js';
import { type Head, readHead } from '../../store/head/head.js';
import { copiesAside } from '../../store/upkeep/library-copy.js';

type Opening = Pick<Settings, 'home' | 'remote' | 'readOnly' | 'keyCommand'>;

export interface EncryptionAnswer {
  encrypted: boolean;
  /** Copies of the library in the home folder that went with what it was. */
  copies_removed: string[];
  /** Videos that others are indexing: what they have found so far stays on the disk as it is until they end. */
  in_progress: number;
}

/** @throws RollcallError bad_argument when it is encrypted, or no key is set; not_found, read_only, busy */
export async function encryptLibrary(
  settings: Opening,
  logger: Logger,
  signal?: AbortSignal,
): Promise<EncryptionAnswer> {
  const head = await headOf(settings);
  if (head.encryption)
    throw new RollcallError(
      'bad_argument',
      'The library is encrypted already.',
      'To change its key: `rollcall-mcp library rekey`.',
    );
  const key = await readLibraryKey(settings);
  if (key === null) throw noKey('to encrypt with', 'ROLLCALL_KEY');
  return withLibrary(settings, head, null, logger, signal, (library) => library.changeEncryption(key, signal));
}

/** @throws RollcallError bad_argument when it is not encrypted; library_locked, wrong_key, not_found, read_only */
export async function decryptLibrary(
  settings: Opening,
  logger: Logger,
  signal?: AbortSignal,
): Promise<EncryptionAnswer> {
  const head = await headOf(settings);
  if (!head.encryption) throw notEncrypted();
  const key = await readLibraryKey(settings);
  return withLibrary(settings, head, key, logger, signal, (library) => library.changeEncryption(null, signal));
}

/** Seconds, whatever the size: the values stay sealed as they are. @throws the same */
export async function changeLibraryKey(
  settings: Opening,
  logger: Logger,
  signal?: AbortSignal,
): Promise<EncryptionAnswer> {
  const head = await headOf(settings);
  if (!head.encryption) throw notEncrypted();
  const [from, to] = [await readLibraryKey(settings), await readLibraryKey(settings, 'next')];
  if (to === null) throw noKey('that is to take its place', 'ROLLCALL_NEW_KEY');
  return withLibrary(settings, head, from, logger, signal, async (library) => {
    // The library has opened, so there is one.
    if (from) await library.changeKey(from, to, signal);
    return { in_progress: 0 };
  });
}

/** What the key of the library is sealed with, in words; null for a library that is not encrypted. */
export async function encryptionOf(settings: Pick<Settings, 'home' | 'remote' | 'keyCommand'>): Promise<string | null> {
  const head = await readHead(libraryAt(settings));
  if (!head?.encryption) return null;
  const key = await readLibraryKey(settings);
  const due = head.purge_due ? '; what it was before is not off the disk yet: the next start does it' : '';
  const how = head.encryption.kdf === 'scrypt' ? 'a passphrase' : 'a key of 32 bytes';
  return `encrypted (AES-256-GCM), opened by ${how}; ${key === null ? 'no key is set' : `the key set comes from ${key.from}`}${due}`;
}

async function headOf(settings: Opening): Promise<Head> {
  if (settings.readOnly) throw readOnly();
  const home = libraryAt(settings);
  const head = await readHead(home);
  if (head) return head;
  throw new RollcallError(
    'not_found',
    `There is no library in ${home}.`,
    'Set the key and index: a new library is encrypted from the start.',
  );
}

async function withLibrary(
  settings: Opening,
  { pack, dimensions, vectors, population }: Head,
  key: Awaited<ReturnType<typeof readLibraryKey>>,
  logger: Logger,
  signal: AbortSignal | undefined,
  change: (library: Library) => Promise<{ in_progress: number }>,
): Promise<EncryptionAnswer> {
  const { openLibrary } = await import('../../store/library.js');
  const home = libraryAt(settings),
    localHome = settings.home;
  const library = await openLibrary({ home, localHome, pack, dimensions, vectors, population, key, logger }, signal);
  try {
    const before = await copiesAside(home);
    const { in_progress } = await change(library);
    const left = await copiesAside(home);
    const { encryption } = (await readHead(home)) ?? {};
    return {
      encrypted: encryption !== undefined,
      copies_removed: before.filter((name) => !left.includes(name)),
      in_progress,
    };
  } finally {
    await library.close();
  }
}

function notEncrypted(): RollcallError {
  return new RollcallError(
    'bad_argument',
    'The library is not encrypted.',
    'Encrypt it with `rollcall-mcp library encrypt`.',
  );
}

function noKey(which: string, variable: string): RollcallError {
  return new RollcallError(
    'library_locked',
    `There is no key ${which}.`,
    `Give it in the environment as ${variable} (\`openssl rand -base64 32\` makes one), or a command that prints it as ${variable}_COMMAND. Keep it elsewhere too: without it the library is lost.`,
  );
}
