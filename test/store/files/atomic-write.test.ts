/** Replacing a file in one step, and what is swept of those who died over it. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { replace, sweepTemporaries, writeAtomically } from '../../../src/store/files/atomic-write.js';
import { temporaryHome } from '../fixtures.js';

test('makes and replaces a file for its owner alone, and leaves nothing beside it', async () => {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const home = await temporaryHome();
  const file = path.join(home, 'x.json');
  await writeAtomically(file, 'one');
  await writeAtomically(file, Buffer.from('two'));
  expect(await readFile(file, 'utf8')).toBe('two');
  expect(await readdir(home)).toEqual(['x.json']);
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a write that fails leaves what was there, and no temporary file', async () => {
  const home = await temporaryHome();
  const file = path.join(home, 'x.json');
  await mkdir(file);
  await writeFile(path.join(file, 'kept'), '');
  await expect(writeAtomically(file, 'one')).rejects.toThrow();
  expect(await readdir(home)).toEqual(['x.json']);
  expect(await readdir(file)).toEqual(['kept']);
  await expect(writeAtomically(path.join(home, 'absent', 'x.json'), 'one')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('on Windows a file that is being read is replaced a moment later; elsewhere a refusal is one', async () => {
  const home = await temporaryHome();
  const [from, to] = [path.join(home, 'from'), path.join(home, 'to')];
  const refusing = (code: string, times: number) => {
    let left = times;
    return async (a: Parameters<typeof rename>[0], b: Parameters<typeof rename>[1]): Promise<void> => {
      if (left-- > 0) throw Object.assign(new Error(code), { code });
      await rename(a, b);
    };
  };
  for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
    await writeFile(from, code);
    await replace(from, to, { platform: 'win32', move: refusing(code, 3) });
    expect(await readFile(to, 'utf8')).toBe(code);
  }
  await writeFile(from, '');
  await expect(replace(from, to, { platform: 'win32', move: refusing('EPERM', 100) })).rejects.toThrow('EPERM');
  await expect(replace(from, to, { platform: 'win32', move: refusing('ENOSPC', 1) })).rejects.toThrow('ENOSPC');
  await expect(replace(from, to, { platform: 'linux', move: refusing('EACCES', 1) })).rejects.toThrow('EACCES');
});

test('sweeps what dead processes left, and nothing that somebody may be writing', async () => {
  const home = await temporaryHome();
  const dead = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
  const MINUTE = 60_000;
  const left: [name: string, ageMs: number, swept: boolean][] = [
    [`.x.json.${dead}-0a1b2c3d.tmp`, 2 * MINUTE, true],
    [`library.json.${dead}.tmp`, 2 * MINUTE, true],
    [`.ahead.${dead}-0a1b2c3d.tmp`, -2 * MINUTE, true],
    [`.again.${process.pid}-0a1b2c3d.tmp`, 2 * 24 * 60 * MINUTE, true],
    [`.young.${dead}-0a1b2c3d.tmp`, 0, false],
    [`.alive.${process.pid}-0a1b2c3d.tmp`, 2 * MINUTE, false],
    [`.write.lock.${dead}-0a1b2c3d.tmp`, 2 * MINUTE, true],
    ['write.lock', 2 * MINUTE, false],
    ['library.json', 2 * MINUTE, false],
    ['holiday.tmp', 2 * MINUTE, false],
  ];
  for (const [name, ageMs] of left) {
    await writeFile(path.join(home, name), '');
    const date = new Date(Date.now() - ageMs);
    await utimes(path.join(home, name), date, date);
  }
  const names = (swept: boolean): string[] =>
    left
      .filter((one) => one[2] === swept)
      .map(([name]) => name)
      .sort();
  expect((await sweepTemporaries(home)).sort()).toEqual(names(true));
  expect((await readdir(home)).sort()).toEqual(names(false));
});
