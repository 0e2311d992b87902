// Errors say what happened, and what to do next.
import { describe, expect, it } from 'vitest';
import { asRollcallError, cancelled, ERROR_CODES, RollcallError, toErrorCode } from '../../src/domain/errors.js';

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
      'unreachable',
      'too_large',
      'forbidden',
      'busy',
      'cancelled',
      'missing_dependency',
      'missing_model',
      'incompatible_library',
      'internal',
    ]);
  });
});

describe('asRollcallError', () => {
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
