/** A library in one file and back: whole, also beside a writer; what is not whole is refused. */
import { createHash } from 'node:crypto';
import { mkdir, open as openFile, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { create, extract } from 'tar';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { backUp, restore } from '../../../src/store/upkeep/backup.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../fixtures.js';

async function filled(home: string): Promise<Library> {
  const library = await open(home);
  const tracks = await addVideo(library, newId('video'), 3);
  await library.write(async (writer) => {
    await writer.putIdentities([makeIdentity({ name: 'Ada', track_ids: tracks.map((t) => t.track_id) })]);
    await writer.appendEdits([{ edit_id: newId('edit'), created_at: new Date().toISOString(), body: { a: 1 } }]);
    await writer.appendCalibrations([
      { calibration_id: newId('calibration'), created_at: new Date().toISOString(), body: {} },
    ]);
  });
  return library;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const content = async (library: Library): Promise<unknown> => ({
  videos: await library.videos(),
  tracks: await library.tracks(),
  vectors: await library.vectors(),
  people: await library.identities(),
  edits: await library.edits(),
  calibrations: await library.calibrations(),
  labels: [...(await library.labels())],
  pictures: await library.pictures((await library.tracks())[0]?.track_id ?? ''),
});

test('comes back as it was, beside a library that was written to meanwhile, and leaves nothing else', async () => {
  const home = await temporaryHome();
  const file = path.join(await temporaryHome(), 'films.tar');
  const library = await filled(home);
  const before = await content(library);
  let done = false;
  const report = backUp({ home, file }).finally(() => {
    done = true;
  });
  // A backup is of one moment: this is not in it, or whole.
  const writing = (async () => {
    while (!done) await addVideo(library, newId('video'), 2);
  })();
  const { rows } = await report;
  await writing;
  expect(rows['tracks']).toBe(3 + 2 * ((rows['videos'] ?? 0) - 1));
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(path.dirname(file))).toEqual(['films.tar']);
  expect((await readdir(home)).filter((name) => name.startsWith('.'))).toEqual([]);

  const elsewhere = await temporaryHome();
  expect(await restore({ home: elsewhere, file, replace: false })).toMatchObject({ rows, replaced: null });
  expect((await readdir(elsewhere)).filter((name) => name.startsWith('.'))).toEqual([]);
  const again = await open(elsewhere);
  const [first, ...more] = await again.videos();
  await again.write((writer) => writer.removeVideos(more.map((video) => video.video_id)));
  expect(first).toBeDefined();
  expect(await content(again)).toEqual(before);
});

test('a disk that gives back something else than was written makes no backup', async () => {
  const [home, folder] = [await temporaryHome(), await temporaryHome()];
  await filled(home);
  const file = path.join(folder, 'a.tar');
  let [done, spoiled] = [false, 0];
  const backup = backUp({ home, file }).finally(() => {
    done = true;
  });
  // What has been written turns bad before it can be read again: more than lies between two files.
  const spoiling = (async () => {
    while (!done) {
      const [name] = await readdir(folder);
      if (name === undefined || name === 'a.tar') continue;
      const handle = await openFile(path.join(folder, name), 'r+').catch(() => null);
      const size = (await handle?.stat())?.size ?? 0;
      if (size > 40_000) spoiled += (await handle?.write(Buffer.alloc(1024, 'M'), 0, 1024, 32_000))?.bytesWritten ?? 0;
      await handle?.close();
    }
  })();
  await expect(backup).rejects.toMatchObject({
    code: 'damaged_library',
    message: expect.stringMatching(/did not read back/) as unknown,
  });
  await spoiling;
  expect(spoiled).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual([]);
});

test('a library that is there is moved aside when told, and never overwritten', async () => {
  const [home, file] = [await temporaryHome(), path.join(await temporaryHome(), 'a.tar')];
  const library = await filled(home);
  const before = await content(library);
  await backUp({ home, file });
  await expect(backUp({ home, file })).rejects.toMatchObject({ code: 'bad_argument' });
  await addVideo(library, newId('video'), 2);
  await library.close();
  await expect(restore({ home, file, replace: false })).rejects.toMatchObject({ code: 'bad_argument' });
  const { replaced } = await restore({ home, file, replace: true });
  const now = await open(home);
  expect(await content(now)).toEqual(before);
  expect(await (await open(replaced ?? '')).videos()).toHaveLength(2);
});

test.each([
  [
    'one byte changed',
    // In the mark at the end of a data file: half way may be the padding between two files.
    (bytes: Buffer) => bytes.fill('M', bytes.indexOf('LANC'), bytes.indexOf('LANC') + 1),
  ],
  ['the end cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length * 0.6)],
  ['nothing', () => Buffer.alloc(0)],
  ['a text', () => Buffer.from('Dear diary,\n'.repeat(1000))],
])('a backup with %s is refused, and the library stays', async (_, change) => {
  const [home, folder] = [await temporaryHome(), await temporaryHome()];
  const library = await filled(home);
  const before = await content(library);
  await backUp({ home, file: path.join(folder, 'a.tar') });
  await writeFile(path.join(folder, 'b.tar'), change(await readFile(path.join(folder, 'a.tar'))));
  await expect(restore({ home, file: path.join(folder, 'b.tar'), replace: true })).rejects.toMatchObject({
    name: 'RollcallError',
    code: 'damaged_library',
  });
  expect(await content(library)).toEqual(before);
});

test('a backup that lists more than a library is refused', async () => {
  const [home, folder] = [await temporaryHome(), await temporaryHome()];
  await filled(home);
  await backUp({ home, file: path.join(folder, 'a.tar') });
  const inside = path.join(folder, 'in');
  await mkdir(inside);
  await extract({ cwd: inside, file: path.join(folder, 'a.tar') });
  const settings = '{"allowDirs": ["/"]}';
  await writeFile(path.join(inside, 'config.json'), settings);
  const list = JSON.parse(await readFile(path.join(inside, 'backup.json'), 'utf8')) as { files: object[] }; // just made
  list.files.push({ path: 'config.json', bytes: settings.length, sha256: sha256(settings) });
  await writeFile(path.join(inside, 'backup.json'), JSON.stringify(list));
  const file = path.join(folder, 'more.tar');
  await create({ cwd: inside, file, portable: true }, await readdir(inside));
  await expect(restore({ home: path.join(folder, 'home'), file, replace: true })).rejects.toMatchObject({
    code: 'damaged_library',
  });
});

test('takes nothing out of a backup but a library', async () => {
  const [home, folder] = [await temporaryHome(), await temporaryHome()];
  await (await filled(home)).close();
  await mkdir(path.join(folder, 'in', 'library.lance'), { recursive: true });
  for (const name of ['evil', 'config.json', 'backup.json', 'library.json', 'library.lance/evil'])
    await writeFile(path.join(folder, 'in', name), '{}');
  const file = path.join(folder, 'evil.tar');
  await create({ cwd: path.join(folder, 'in'), file, preservePaths: true }, ['.', '../in/evil']);
  await expect(restore({ home: path.join(folder, 'home'), file, replace: true })).rejects.toMatchObject({
    code: 'damaged_library',
  });
  expect(await readdir(folder, { recursive: true })).not.toContain(path.join('home', 'evil'));
});

test('a library of an earlier schema is kept as it was before it is changed, until something is forgotten', async () => {
  const home = await temporaryHome();
  const first = await filled(home);
  const video_id = (await first.videos())[0]?.video_id;
  await first.close();
  const file = path.join(home, 'library.json');
  const text = (await readFile(file, 'utf8')).replace(/"schema_version": \d+/, '"schema_version": 3');
  await writeFile(file, text.replaceAll(/,\s+"labels": \d+/g, '').replace(/"labelled": \{[^}]*\},\s+/, ''));
  const library = await open(home);
  expect((await library.labels()).get(video_id ?? '')).toBe(1);
  const kept = path.join(home, 'library-of-schema-3');
  expect(JSON.parse(await readFile(path.join(kept, 'library.json'), 'utf8'))).toMatchObject({ schema_version: 3 });
  expect(await (await open(kept)).tracks()).toHaveLength(3);
  await library.purge();
  expect(await readdir(home)).not.toContain(path.basename(kept));
});

test('what a process left that died over a backup goes with the next opening', async () => {
  const home = await temporaryHome();
  await (await filled(home)).close();
  await mkdir(path.join(home, '.backup-999999999-1', 'library.lance'), { recursive: true });
  await utimes(path.join(home, '.backup-999999999-1'), new Date(0), new Date(0));
  await open(home);
  expect((await readdir(home)).filter((name) => name.startsWith('.'))).toEqual([]);
});
