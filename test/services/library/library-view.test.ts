/** What questions see of a real library, and when it is read anew. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../../store/fixtures.js';

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

it('tells of those who are asked for before it reads where they are seen, and says the same of them', async () => {
  const library = await open(await temporaryHome(), { tuning: { heldTracks: 0 } });
  const tracks = await addVideo(library, newId('video'), 4);
  const [one = '', two = '', ...others] = tracks.map((t) => t.track_id);
  const ada = makeIdentity({ name: 'Ada', track_ids: [one, two] }),
    eve = makeIdentity({ track_ids: others }),
    old = makeIdentity({ track_ids: [], merged_into: ada.identity_id });
  await library.write((writer) => writer.putIdentities([ada, eve, old]));
  const reads: string[] = [];
  const state = await library.snapshot();
  const watched = new Proxy(state, {
    get(of, name) {
      if (name === 'seen' || name === 'videos') reads.push(name);
      return Reflect.get(of, name) as unknown;
    },
  });
  const source = new Proxy(library, {
    get: (of, name) => (name === 'snapshot' ? () => Promise.resolve(watched) : (Reflect.get(of, name) as unknown)),
  });
  const told: string[][] = [];
  const scope = { people: [old.identity_id, 'eve'] };
  const view = await createViewReader(() => Promise.resolve(source)).people(scope, undefined, (known, rows) => {
    expect(known.state).toBe(watched);
    expect(reads).not.toContain('seen');
    told.push(rows.map((row) => row.identity_id));
  });
  expect(told).toEqual([[ada.identity_id]]);
  expect(reads.toSorted()).toEqual(['seen', 'videos']);
  expect(view.state).toBe(watched);
  const plain = await createViewReader(() => Promise.resolve(library)).people(scope);
  expect(view.person(old.identity_id)).toEqual(ada);
  expect(view.appearances(ada)).toEqual(plain.appearances(ada));
  expect(view.people).toEqual(plain.people);
});
