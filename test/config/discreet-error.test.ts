/** What the log tells of an error: where it was, never whom or which file it was about. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { beforeNames, discreetError } from '../../src/config/discreet-error.js';
import { RollcallError } from '../../src/domain/errors/errors.js';

it('keeps codes and places in the code, and leaves out what names files and people', async () => {
  const cause = await readFile('/private/Aunt Agatha/wedding.mp4').catch((error: unknown) => error);
  const told = discreetError(new RollcallError('internal', 'Agatha was not read.', 'Call Agatha.', { cause }));
  expect(told).toMatchObject({
    type: 'RollcallError',
    code: 'internal',
    cause: { code: 'ENOENT', message: 'ENOENT: no such file or directory, open …' },
  });
  expect(told.at?.[0]).toMatch(/^discreet-error\.test\.ts:\d+:\d+$/);
  expect(JSON.stringify(told)).not.toMatch(/Agatha|wedding|private|[\\/]/);
});

it.each([
  ['LanceError(IO): Not found: home/aunt agatha/library.lance/x.lance, src/io.rs:1', 'LanceError(IO): Not found: …'],
  ['There is nobody called “Agatha”', 'There is nobody called …'],
  ['C:\\Users\\Agatha is gone', '…'],
  ['fetch of https://example.org/agatha failed', 'fetch of …'],
  ['terminated\nwhile Agatha was read', 'terminated'],
])('%s', (said, kept) => expect(beforeNames(said)).toBe(kept));

it('ends with a chain of causes that is a ring, and with what is no error', () => {
  const error = new Error('one');
  error.cause = error;
  expect(JSON.stringify(discreetError(error)).match(/one/g)).toHaveLength(4);
  expect(discreetError('Agatha')).toEqual({ type: 'string' });
});
