/**
 * The key of an encrypted library: from the environment, or from a command that prints it, which is how the system's
 * keychain is reached. It is in no setting and no flag, so that no log, no process list and no answer can hold it.
 */
import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { RollcallError } from '../domain/errors/errors.js';
import type { Settings } from './settings.js';

/** Environment variables that hold a key; nothing that is started is given them. */
const KEY_VARIABLES = { now: 'ROLLCALL_KEY', next: 'ROLLCALL_NEW_KEY' } as const;
const COMMANDS = { now: 'ROLLCALL_KEY_COMMAND', next: 'ROLLCALL_NEW_KEY_COMMAND' } as const;
/** Length of a key in bytes. */
export const KEY_BYTES = 32;
/** A keychain may ask somebody. */
const COMMAND_MS = 120_000;
const SHORTEST_PASSPHRASE = 12;

/** 32 random bytes, or a text that a person has made up. */
export type LibraryKey = { bytes: Uint8Array; from: string } | { passphrase: string; from: string };

/**
 * @param which the key in use, or the one that is to take its place
 * @returns null where there is none
 * @throws RollcallError bad_argument for what is no key, library_locked when the command fails
 */
export async function readLibraryKey(
  { keyCommand }: Pick<Settings, 'keyCommand'>,
  which: 'now' | 'next' = 'now',
  env: NodeJS.ProcessEnv = process.env,
): Promise<LibraryKey | null> {
  const variable = KEY_VARIABLES[which];
  const given = env[variable];
  if (given !== undefined && given !== '') return parseKey(given, variable);
  const command = which === 'now' ? keyCommand : env[COMMANDS[which]];
  if (command === null || command === undefined || command === '') return null;
  return parseKey(await outputOf(command, COMMANDS[which], env), COMMANDS[which]);
}

/** @param text hex or base64 of 32 bytes, or a passphrase of at least 12 letters */
export function parseKey(text: string, from: string): LibraryKey {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return { bytes: Buffer.from(trimmed, 'hex'), from };
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return { bytes: Buffer.from(trimmed, 'base64'), from };
  if ([...trimmed].length >= SHORTEST_PASSPHRASE) return { passphrase: trimmed, from };
  throw new RollcallError(
    'bad_argument',
    `What ${from} gives is no key.`,
    `Give 32 random bytes as base64 or hex (\`openssl rand -base64 ${KEY_BYTES}\`), or a passphrase of at least ${SHORTEST_PASSPHRASE} letters.`,
  );
}

async function outputOf(command: string, from: string, env: NodeJS.ProcessEnv): Promise<string> {
  const passed = { ...env };
  for (const name of Object.values(KEY_VARIABLES)) delete passed[name];
  try {
    const { stdout } = await promisify(exec)(command, {
      env: passed,
      timeout: COMMAND_MS,
      maxBuffer: 65_536,
      windowsHide: true,
    });
    if (stdout.trim() !== '') return stdout;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'killed';
    // Not as the cause: it would take what the command printed along.
    throw noKey(`${from} failed (${code})`);
  }
  throw noKey(`${from} printed nothing`);
}

function noKey(what: string): RollcallError {
  return new RollcallError(
    'library_locked',
    `${what}: there is no key to open the library with.`,
    'Run the command at a terminal: it has to print the key on stdout and end with 0. It may have to unlock the keychain first.',
  );
}
