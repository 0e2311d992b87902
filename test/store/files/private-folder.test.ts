/** Who may look into a home: its owner. Modes are not looked at on Windows, where they mean little. */
import { chmod, mkdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { homeTroubles } from '../../../src/store/files/private-folder.js';
import { newId } from '../../../src/domain/ids.js';
import { addVideo, open, temporaryHome } from '../fixtures.js';

const POSIX = process.platform !== 'win32';
const modeOf = async (...parts: string[]): Promise<number> => (await stat(path.join(...parts))).mode & 0o777;

/** A home with a library that was made as the versions before did. */
async function openToAll(): Promise<string> {
  const home = path.join(await temporaryHome(), 'library');
  await addVideo(await open(home), newId('video'), 1);
  await mkdir(path.join(home, 'jobs'));
  await writeFile(path.join(home, 'config.json'), '{}');
  for (const name of ['runs', 'jobs', 'library.lance', '']) await chmod(path.join(home, name), 0o777);
  for (const name of ['library.json', 'config.json']) await chmod(path.join(home, name), 0o666);
  return home;
}

test('a new home is its owner’s alone whatever the umask', async () => {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const home = path.join(await temporaryHome(), 'deep', 'library');
  await addVideo(await open(home), newId('video'), 1);
  if (!POSIX) return;
  expect(await modeOf(home)).toBe(0o700);
  expect(await modeOf(home, 'runs')).toBe(0o700);
  expect(await modeOf(home, 'library.json')).toBe(0o600);
});

test('an open home is closed when it is opened, with all that lies at its top, and the log says so', async () => {
  const home = await openToAll();
  const said: string[] = [];
  await open(home, { logger: { debug: () => undefined, warn: (_, message) => void said.push(message) } });
  if (!POSIX) return;
  for (const name of ['', 'runs', 'jobs', 'library.lance']) expect(await modeOf(home, name), name).toBe(0o700);
  for (const name of ['library.json', 'config.json']) expect(await modeOf(home, name), name).toBe(0o600);
  expect(said).toEqual([expect.stringContaining('closed to them')]);
});

test('a folder that holds other things too stays as it is; what is ours in it is closed', async () => {
  const home = await openToAll();
  await writeFile(path.join(home, 'holiday.mp4'), '');
  await chmod(path.join(home, 'holiday.mp4'), 0o644);
  const said: string[] = [];
  await open(home, { logger: { debug: () => undefined, warn: (_, message) => void said.push(message) } });
  if (!POSIX) return;
  expect(await modeOf(home)).toBe(0o777);
  expect(await modeOf(home, 'holiday.mp4')).toBe(0o644);
  expect(await modeOf(home, 'library.lance')).toBe(0o700);
  expect(await modeOf(home, 'library.json')).toBe(0o600);
  expect(said.at(-1)).toContain('Others may write');
});

test.runIf(POSIX)('where a link in a home leads to stays as it is; a home behind a link is closed', async () => {
  const home = await openToAll();
  const elsewhere = await temporaryHome();
  await chmod(elsewhere, 0o755);
  await rm(path.join(home, 'jobs'), { recursive: true });
  await symlink(elsewhere, path.join(home, 'jobs'));
  const link = path.join(await temporaryHome(), 'link');
  await symlink(home, link);
  await open(link);
  expect(await modeOf(elsewhere)).toBe(0o755);
  expect(await modeOf(home)).toBe(0o700);
});

test('tells of a home that others may write to, or that is not ours', async () => {
  const home = await temporaryHome();
  const { uid } = await stat(home);
  expect(await homeTroubles(home, uid)).toEqual([]);
  expect(await homeTroubles(home, uid + 1)).toEqual([expect.stringContaining('belongs to somebody else')]);
  if (!POSIX) return;
  for (const mode of [0o770, 0o702]) {
    await chmod(home, mode);
    expect(await homeTroubles(home, uid)).toEqual([expect.stringContaining('Others may write')]);
  }
});

test('opening sweeps the temporary files of the dead', async () => {
  const home = await temporaryHome();
  await (await open(home)).close();
  const left = path.join(home, '.library.json.999999999-0a1b2c3d.tmp');
  await writeFile(left, '');
  await utimes(left, new Date(0), new Date(0));
  await open(home);
  await expect(stat(left)).rejects.toMatchObject({ code: 'ENOENT' });
});
