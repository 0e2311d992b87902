/** Labels of those who are shown, looked up before all are read. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { createShortIds } from '../../../src/services/library/short-ids.js';
import type { Library, State } from '../../../src/store/api.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../../store/fixtures.js';

/** A library whose labels are never all read. */
function slowOf(library: Library): () => Promise<Library> {
  const states = new WeakMap<State, State>();
  const slow = (state: State): State => {
    const made =
      states.get(state) ??
      new Proxy(state, {
        get: (of, name) => (name === 'labels' ? () => new Promise(() => undefined) : Reflect.get(of, name)),
      });
    states.set(state, made);
    return made;
  };
  const snapshot = async (): Promise<State> => slow(await library.snapshot());
  return () =>
    Promise.resolve(
      new Proxy(library, { get: (of, name) => (name === 'snapshot' ? snapshot : Reflect.get(of, name)) }),
    );
}

it('knows labels, and whose they are, without reading all, from state to state', async () => {
  const library = await open(await temporaryHome());
  const source = slowOf(library);
  const ids = createShortIds({ library: source });
  const [a, b, c] = [makeIdentity(), makeIdentity(), makeIdentity()],
    video = newId('video');
  await library.write((writer) => writer.putIdentities([a, b]));
  await addVideo(library, video, 1);
  const all = [a, b, c].map((p) => p.identity_id).concat(video);
  const labels = async () => new Map([...(await ids.labelsOf(all))].filter(([id]) => all.includes(id)));
  const ofTwo = [
    [a.identity_id, 'P1'],
    [b.identity_id, 'P2'],
  ] as const;
  expect(await labels()).toEqual(new Map([...ofTwo, [video, 'V1']]));
  await library.write((writer) => writer.putIdentities([c]));
  expect(await labels()).toEqual(new Map([...ofTwo, [c.identity_id, 'P3'], [video, 'V1']]));
  await library.write((writer) => writer.removeIdentities([b.identity_id]));
  expect(await labels()).toEqual(new Map([ofTwo[0], [c.identity_id, 'P3'], [video, 'V1']]));
  const given = ['p3', 'V1', 'P1'];
  expect([...(await ids.resolve(given)).values()]).toEqual([c.identity_id, video, a.identity_id]);
  await expect(ids.resolve(['P2'])).rejects.toMatchObject({ code: 'unknown_id' });
  await expect(ids.resolve(['V3'])).rejects.toMatchObject({ code: 'unknown_id' });
});

it('knows them of what was read once all are', async () => {
  const library = await open(await temporaryHome());
  const ids = createShortIds({ library: async () => library });
  const [a, b] = [makeIdentity(), makeIdentity()];
  await library.write((writer) => writer.putIdentities([a]));
  expect(await ids.labels()).toEqual(new Map([[a.identity_id, 'P1']]));
  await library.write((writer) => writer.putIdentities([b]));
  expect((await ids.labelsOf([b.identity_id])).get(b.identity_id)).toBe('P2');
  expect((await ids.resolve(['P2'])).get('P2')).toBe(b.identity_id);
});
