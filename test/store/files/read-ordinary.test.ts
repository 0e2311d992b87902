/** Something else in the place of a file of the library: said at once, not waited for, not read into memory. */
import { execFile } from 'node:child_process';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { JobFiles } from '../../../src/services/jobs/job-files.js';
import { NotOrdinary, readOrdinary } from '../../../src/store/files/read-ordinary.js';
import { readHead } from '../../../src/store/head/head.js';
import { temporaryHome } from '../fixtures.js';

const PLANTED: readonly [string, (file: string) => Promise<unknown>][] = [
  ['a pipe', (file) => promisify(execFile)('mkfifo', [file])],
  ['a folder', (file) => mkdir(file)],
  ['a file of a terabyte', (file) => writeFile(file, '').then(() => truncate(file, 1e12))],
];

test.each(PLANTED)('%s', async (_, plant) => {
  const home = await temporaryHome();
  const file = path.join(home, 'library.json');
  await rm(file, { force: true });
  await plant(file);
  await expect(readOrdinary(file, 1000)).rejects.toThrow(NotOrdinary);
  await expect(readHead(home)).rejects.toMatchObject({ code: 'damaged_library' });
  await mkdir(path.join(home, 'jobs'));
  await plant(path.join(home, 'jobs', 'job_000000001aaaa.json'));
  expect(await new JobFiles(path.join(home, 'jobs')).list()).toEqual([]);
});

test('an ordinary one is read', async () => {
  const home = await temporaryHome();
  await writeFile(path.join(home, 'a'), 'text');
  expect(await readOrdinary(path.join(home, 'a'), 4)).toBe('text');
  await writeFile(path.join(home, 'a'), 'Ü'.repeat(70_000));
  expect(await readOrdinary(path.join(home, 'a'), 140_000)).toBe('Ü'.repeat(70_000));
});

test.runIf(process.platform === 'linux')('one that holds more than its size says is read to the end', async () => {
  expect(await readOrdinary('/proc/self/stat', 4)).toMatch(new RegExp(`^${process.pid} `));
});
