import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseKey, readLibraryKey } from '../../src/config/library-key.js';

const bytes = randomBytes(32);
const print = (code: string): string => `"${process.execPath}" -e "${code}"`;

test('32 bytes in hex or base64 are a key, longer texts a passphrase, and anything else is refused without being told', () => {
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    expect(parseKey(` ${bytes.toString(encoding)}\n`, 'x')).toEqual({ bytes, from: 'x' });
  expect(parseKey('correct horse battery', 'x')).toEqual({ passphrase: 'correct horse battery', from: 'x' });
  try {
    parseKey('too short', 'ROLLCALL_KEY');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_argument' });
    expect(JSON.stringify(error) + String(error)).not.toContain('too short');
  }
});

test('the key comes from the environment, else from the command, which is not given any', async () => {
  const key = bytes.toString('hex');
  expect(await readLibraryKey({ keyCommand: null }, 'now', {})).toBeNull();
  expect(await readLibraryKey({ keyCommand: 'false' }, 'now', { ROLLCALL_KEY: key })).toMatchObject({ bytes });
  const env = { ...process.env, ROLLCALL_NEW_KEY: 'not for the command' };
  expect(await readLibraryKey({ keyCommand: print(`console.log('${key}')`) }, 'now', env)).toEqual({
    bytes,
    from: 'ROLLCALL_KEY_COMMAND',
  });
  const seen = print(`console.log(String(process.env.ROLLCALL_NEW_KEY) + ' was given')`);
  expect(await readLibraryKey({ keyCommand: seen }, 'now', env)).toMatchObject({ passphrase: 'undefined was given' });
  const failing = print(`console.log('half a secret'); process.exit(3)`);
  const error: unknown = await readLibraryKey({ keyCommand: failing }, 'now', env).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'library_locked', message: expect.stringContaining('(3)') as unknown });
  expect(String(error)).not.toContain('half a secret');
  expect(error instanceof Error && error.cause).toBeUndefined();
});
