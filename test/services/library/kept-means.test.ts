/** Of a library from before everybody's mean was kept they are made of what there is. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { keptMeans } from '../../../src/services/library/kept-means.js';
import { noMeans } from '../../../src/store/reading/people-table.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../../store/fixtures.js';

it('compares with everybody in a library that keeps no means', async () => {
  const library = await open(await temporaryHome());
  const tracks = await addVideo(library, newId('video'), 6);
  const people = [0, 2, 4].map((k) => makeIdentity({ track_ids: tracks.slice(k, k + 2).map((t) => t.track_id) }));
  await library.write((writer) => writer.putIdentities(people));
  const state = await library.snapshot();
  const before = new Proxy(state, {
    get: (of, name) => (name === 'means' ? () => Promise.resolve(noMeans()) : (Reflect.get(of, name) as unknown)),
  });
  const read = keptMeans(() => Promise.resolve([]));
  const [now, then] = [await read(state), await keptMeans(() => Promise.resolve([]))(before)];
  const [{ identity_id } = expect.unreachable()] = people;
  const face = now.of(identity_id) ?? expect.unreachable();
  const found = now.nearest(face, 9, (id) => id !== identity_id);
  expect(found).toHaveLength(2);
  expect(then.nearest(face, 9, (id) => id !== identity_id)).toEqual(found);
  expect(then.of(newId('identity'))).toBeNull();
});
