// Errors say what happened, and what to do next.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  asRollcallError,
  cancelled,
  ERROR_CODES,
  RollcallError,
  toErrorCode,
} from '../../../src/domain/errors/errors.js';

it('tells of what the system refused to native code in its last words', () => {
  const chain =
    'lance error: LanceError(IO): Unable to walk dir, /usr/local/cargo/lance-io/src/object_store.rs:905:92  Caused by: LanceError(IO): Unable to walk dir, /usr/local/cargo/lance-io/src/object_store.rs:905:92    Caused by: IO error for operation on /home/a/library.lance/videos.lance: Permission denied (os error 13)      Caused by: Permission denied (os error 13)';
  const { code, message } = asRollcallError(new Error(chain));
  expect(code).toBe('forbidden');
  expect(message).toBe(
    'The system refused to open or to change a file: IO error for operation on /home/a/library.lance/videos.lance: Permission denied (os error 13)',
  );
});

describe('toErrorCode', () => {
  it('knows its own codes, and takes all else for internal', () => {
    for (const code of ERROR_CODES) expect(toErrorCode(code)).toBe(code);
    expect(toErrorCode('')).toBe('internal');
    expect(toErrorCode('ENOENT')).toBe('internal');
  });
  it('keeps the codes that clients branch on', () => {
    expect(ERROR_CODES).toEqual([
      'not_found',
      'not_a_video',
      'not_an_image',
      'no_face',
      'bad_argument',
      'bad_cursor',
      'unknown_id',
      'ambiguous',
      'unreachable',
      'too_large',
      'forbidden',
      'busy',
      'no_space',
      'cancelled',
      'missing_dependency',
      'missing_model',
      'incompatible_library',
      'damaged_library',
      'contradiction',
      'read_only',
      'library_locked',
      'wrong_key',
      'internal',
    ]);
  });
});

describe('asRollcallError', () => {
  it('tells nothing of where native code was built, nor its chain of causes', () => {
    const said = 'Not found: a.lance, /usr/local/cargo/io/src/local.rs:133:40\n\nCaused by:\n  b, /rustc/2d/ops.rs:2:5';
    expect(asRollcallError(new Error(said)).message).toBe('Not found: a.lance');
  });

  it('leaves one that says what to do as it is', () => {
    const error = new RollcallError('busy', 'It is busy.', 'Wait.', { cause: 'b' });
    expect(asRollcallError(error)).toBe(error);
    expect(error).toMatchObject({
      name: 'RollcallError',
      code: 'busy',
      message: 'It is busy.',
      hint: 'Wait.',
      cause: 'b',
    });
    expect(error).toBeInstanceOf(Error);
  });
  it('calls what was aborted cancelled', () => {
    const stop = new AbortController();
    stop.abort();
    expect(asRollcallError(stop.signal.reason)).toMatchObject({
      code: 'cancelled',
      message: expect.stringContaining('cancelled'),
      hint: expect.stringContaining('again'),
      cause: stop.signal.reason as unknown,
    });
    expect(cancelled().cause).toBeUndefined();
    // What merely has the name is no error.
    expect(asRollcallError({ name: 'AbortError' }).code).toBe('internal');
  });
  it('says what to do where a disk is full, whoever says so', () => {
    for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG'])
      expect(asRollcallError(Object.assign(new Error('write'), { code }))).toMatchObject({
        code: 'no_space',
        message: expect.stringContaining('full'),
        hint: expect.stringContaining('Make room'),
      });
    for (const words of ['No space left on device', 'Disk quota exceeded', 'File too large', 'the disk is full'])
      expect(asRollcallError(new Error(`LanceError(IO): ${words} (os error 28)`)).code).toBe('no_space');
  });
  it('says what to do where a file may not be written, in the first line of what the system says', () => {
    for (const code of ['EROFS', 'EACCES', 'EPERM']) {
      const error = Object.assign(new Error(`${code}: denied, open '/x'\nmore`), { code, path: '/x' });
      expect(asRollcallError(error)).toMatchObject({
        code: 'forbidden',
        message: `The system refused to open or to change a file: ${code}: denied, open '/x'`,
        hint: expect.stringContaining('ROLLCALL_HOME'),
        cause: error,
      });
    }
    expect(asRollcallError(new Error('Permission denied (os error 13)')).code).toBe('forbidden');
    // A port may be refused too.
    expect(asRollcallError(Object.assign(new Error('listen'), { code: 'EACCES' })).code).toBe('internal');
  });
  it('says what to do where something else is in the way, or a folder is gone', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-errors-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'a file');
    await writeFile(file, '');
    const thrownBy = (work: Promise<unknown>) => work.then(() => null, asRollcallError);
    for (const work of [mkdir(path.join(file, 'within'), { recursive: true }), mkdir(file)])
      expect(await thrownBy(work)).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('Move it away') });
    expect(await thrownBy(mkdtemp(path.join(folder, 'gone', 'x')))).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('TMPDIR'),
    });
    // What merely is not there is told by whoever looked for it.
    expect(await thrownBy(readFile(path.join(folder, 'gone')))).toMatchObject({ code: 'internal' });
    const refused = (code: string) => asRollcallError(Object.assign(new Error(code), { code, path: '/x' })).code;
    expect(['EMFILE', 'ENFILE', 'EIO', 'ELOOP'].map(refused)).toEqual(['busy', 'busy', 'damaged_library', 'forbidden']);
  });
  it('believes no words but those of native code, and no code that is not the system’s', () => {
    expect(asRollcallError(new Error('the page says: No space left')).code).toBe('internal');
    expect(asRollcallError(Object.assign(new Error('(os error 28) No space left'), { code: 'ENOENT' })).code).toBe(
      'internal',
    );
    expect(asRollcallError(Object.assign(new Error('x'), { code: 'XENOSPC' })).code).toBe('internal');
    expect(asRollcallError(Object.assign(new Error('x'), { code: 28 })).code).toBe('internal');
    expect(asRollcallError({ code: 'ENOSPC' }).code).toBe('internal');
  });
  it('takes all else for a bug, and keeps it for the log', () => {
    const error = new TypeError('x is not a function');
    expect(asRollcallError(error)).toMatchObject({
      code: 'internal',
      message: 'x is not a function',
      hint: expect.stringContaining('log'),
      cause: error,
    });
    expect(asRollcallError('odd')).toMatchObject({ code: 'internal', message: 'odd', cause: 'odd' });
    expect(asRollcallError(undefined).message).toBe('undefined');
  });
});
