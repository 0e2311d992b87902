/** What questions see of a real library, and when it is read anew. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { addVideo, open, temporaryHome } from '../../store/fixtures.js';

it('is read once a state: kept while nothing changes, read anew after a write of whoever it was', async () => {
  const home = await temporaryHome(),
    library = await open(home),
    other = await open(home),
    readView = createViewReader(() => Promise.resolve(library));
  const first = newId('video'),
    second = newId('video');
  await addVideo(library, first, 3);
  const before = await readView();
  expect(before.tracks.size).toBe(3);
  expect(await readView()).toBe(before);
  await addVideo(other, second, 2);
  const after = await readView();
  expect([...after.videos.keys()].sort()).toEqual([first, second].sort());
  expect(after.tracks.size).toBe(5);
  expect(before.tracks.size).toBe(3);
});

it('of some videos holds those alone', async () => {
  const library = await open(await temporaryHome()),
    readView = createViewReader(() => Promise.resolve(library)),
    ids = [newId('video'), newId('video')];
  for (const id of ids) await addVideo(library, id, 2);
  const [one = expect.unreachable()] = ids;
  const view = await readView([one]);
  expect([...view.videos.keys()]).toEqual([one]);
  expect(view.tracks.size).toBe(2);
  await expect(readView([newId('video')])).rejects.toMatchObject({ code: 'unknown_id' });
});
