/** The file of settings in a home folder. */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { hasCode } from '../domain/errors/error-code.js';
import { RollcallError } from '../domain/errors/errors.js';

/**
 * What a file of settings says, before any of it is parsed; nothing where there is none.
 * @param names settings that there are
 * @throws RollcallError forbidden where it can't be read, bad_argument where it is no JSON object of settings
 */
export function readConfigFile<N extends string>(file: string, names: readonly N[]): Partial<Record<N, unknown>> {
  let text: string;
  try {
    // A pipe in its place would never end.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('no ordinary file');
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (isAbsent(cause)) return {}; // having no config file is the normal case
    // What it says may be there for safety: readOnly, allowDirs.
    throw new RollcallError(
      'forbidden',
      `${file} cannot be read.`,
      'Give the user that runs rollcall-mcp the right to, or set ROLLCALL_HOME to another folder.',
      { cause },
    );
  }
  const fail = (what: string, cause?: unknown) =>
    new RollcallError(
      'bad_argument',
      `${file} ${what}.`,
      `Correct it: it holds one JSON object with any of the keys ${names.join(', ')}.`,
      { cause },
    );
  try {
    const parsed = z.partialRecord(z.enum(names), z.unknown()).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const keys = parsed.error.issues.flatMap((issue) =>
      issue.code === 'invalid_key' || issue.code === 'unrecognized_keys'
        ? 'keys' in issue
          ? issue.keys
          : issue.path.map(String)
        : [],
    );
    throw fail(
      keys.length > 0 ? `has the unknown setting ${keys.map((key) => `"${key}"`).join(', ')}` : 'is not a JSON object',
    );
  } catch (error) {
    throw error instanceof RollcallError ? error : fail('is not valid JSON', error);
  }
}

/** A folder that may not be entered is not this process's home; what is done there says so. */
function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}
