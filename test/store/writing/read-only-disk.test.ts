/** A library on a disk that is read-only, and files dated far from now: what can be read is, the rest is told. */
import { execFile } from 'node:child_process';
import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { asRollcallError } from '../../../src/domain/errors/errors.js';
import { smallDisk } from '../../support/small-disk.js';
import { addVideo, open, temporaryHome } from '../fixtures.js';

const run = promisify(execFile);

test('a read-only disk: answers go on, a write says what to do, and with the right it goes on', async () => {
  const home = path.join(await temporaryHome(), 'disk');
  const disk = await smallDisk(home);
  await disk.leave(64e6);
  const before = await open(home);
  await addVideo(before, newId('video'), 3);
  // Where mounting is not allowed there is no such disk; what is left is that all of this works on one that is not.
  const isMounted = disk.how === 'tmpfs';
  const remount = (how: 'ro' | 'rw') => (isMounted ? run('mount', ['-o', `remount,${how}`, home]) : Promise.resolve());
  await remount('ro');
  const read = async (library: typeof before) => [
    (await library.videos()).length,
    (await library.tracks()).length,
    (await library.vectors()).ids.length,
  ];
  expect(await read(before)).toEqual([1, 3, 3]);
  const opened = await open(home);
  expect(await read(opened)).toEqual([1, 3, 3]);
  if (isMounted)
    for (const library of [before, opened]) {
      const refused = await addVideo(library, newId('video'), 1).catch((error: unknown) => asRollcallError(error));
      expect(refused).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('ROLLCALL_HOME') as unknown });
    }
  await remount('rw');
  await addVideo(opened, newId('video'), 2);
  expect(await read(before)).toEqual([2, 5, 5]);
});

test.each([
  ['ahead', 10 * 365],
  ['back', -10 * 365],
])('files dated ten years %s change nothing', async (_, days) => {
  const home = await temporaryHome();
  const library = await open(home);
  const kept = newId('video');
  await addVideo(library, kept, 3);
  const date = new Date(Date.now() + days * 86_400_000);
  const redate = async (): Promise<void> => {
    for (const entry of await readdir(home, { recursive: true })) await utimes(path.join(home, entry), date, date);
  };
  await redate();
  const other = await open(home);
  for (let n = 1; n <= 3; n += 1) {
    await addVideo(other, newId('video'), 1);
    await redate();
    expect((await library.videos()).length).toBe(1 + n);
  }
  await other.purge();
  await redate();
  const after = await open(home);
  expect((await after.tracks({ video_ids: [kept] })).length).toBe(3);
  expect((await after.tracks()).length).toBe(6);
});
