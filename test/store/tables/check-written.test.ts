/** What LanceDB says it wrote and did not: files of a table that were cut short. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkWritten } from '../../../src/store/tables/check-written.js';
import { newId } from '../../../src/domain/ids.js';
import { addVideo, open, temporaryHome } from '../fixtures.js';

test('a file of this write that lacks its end is no space; older ones, and those of others, are not looked at', async () => {
  const folder = await temporaryHome();
  for (const part of ['data', '_versions']) await mkdir(path.join(folder, part));
  const began = Date.now();
  await writeFile(path.join(folder, 'data', '0123abcd.lance'), 'rows LANC');
  await writeFile(path.join(folder, '_versions', '12.manifest'), 'LANC');
  await writeFile(path.join(folder, '_versions', 'other.txt'), 'x');
  await checkWritten(folder, began);
  for (const name of ['data/4567.lance', '_versions/13.manifest']) {
    const file = path.join(folder, name);
    for (const cut of ['', 'LA', 'rows and no end']) {
      await writeFile(file, cut);
      await expect(checkWritten(folder, began), cut).rejects.toMatchObject({ code: 'no_space' });
    }
    await utimes(file, new Date(began - 60_000), new Date(began - 60_000));
    await checkWritten(folder, began);
  }
});

test('is asked before a write is put in force: the library stays as it was', async () => {
  const home = await temporaryHome();
  const library = await open(home);
  await addVideo(library, newId('video'), 2);
  const writing = library.write(async (writer) => {
    await writer.putIdentities([]);
    await writer.appendEdits([{ edit_id: newId('edit'), created_at: new Date().toISOString(), body: {} }]);
    // What a limit on the size of files leaves.
    await writeFile(path.join(home, 'library.lance', 'edits.lance', 'data', 'deadbeef.lance'), 'cut sho');
  });
  await expect(writing).rejects.toMatchObject({ code: 'no_space', hint: expect.stringContaining('room') as unknown });
  expect(await library.edits()).toEqual([]);
  expect(await library.tracks()).toHaveLength(2);
});
