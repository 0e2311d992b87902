// What can be brought back of a library in an object store, over a small Google Cloud Storage of the tests' own; with
// Ceph's see object-store.built.test.ts.
import { expect, onTestFinished, test, vi } from 'vitest';
import { repairLibrary } from '../../../src/store/upkeep/repair.js';
import { type GcsBehaviour, startGcs } from '../../support/servers/gcs-server.js';
import { addFilmOf, openedAt } from '../../support/servers/shared-place.js';
import { makeIdentity, temporaryHome } from '../fixtures.js';

/** Two videos, each with two tracks of somebody with a name. */
async function made() {
  const how: GcsBehaviour = {};
  const { objects, env, bucket, stop } = await startGcs(how);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => {
    stop();
    vi.unstubAllEnvs();
  });
  const home = `gs://${bucket}/library`;
  const library = await openedAt(home);
  for (const name of ['a', 'b']) await addFilmOf(library, name);
  await library.close();
  const keys = () => [...objects.keys()].sort();
  /** Newest first. */
  const manifests = keys().filter((key) => key.startsWith('library/library.lance/tracks.lance/_versions/'));
  const repair = async () => repairLibrary({ home, localHome: await temporaryHome() });
  return { how, objects, keys, home, newest: manifests[0] ?? '', repair };
}

test('a file that is damaged is moved aside, the table is at the state before, and what was lost is named', async () => {
  const { objects, keys, home, newest, repair } = await made();
  const was = objects.get(newest);
  if (!was) throw new Error('no manifest');
  const damaged = was.body.subarray(0, 40);
  objects.set(newest, { ...was, body: damaged });
  const { mended, index_again, aside } = await repair();
  expect(mended).toEqual([expect.stringContaining('"tracks" is back at an earlier state, with 2 rows')]);
  expect(index_again).toEqual(['/films/b.mp4']);
  const kept = keys().filter((key) => key.startsWith('library/damaged/'));
  expect(kept).toHaveLength(1);
  expect(`gs://films/${kept[0]}`).toBe(`${aside}/${newest.slice('library/library.lance/'.length)}`);
  expect(objects.get(kept[0] ?? '')?.body.equals(damaged)).toBe(true);
  const library = await openedAt(home);
  expect((await library.videos()).map((video) => video.source)).toEqual(['/films/a.mp4']);
  expect(await library.tracks()).toHaveLength(2);
  await library.write((writer) => writer.putIdentities([makeIdentity({ name: 'c' })]));
  expect((await library.identities()).map((one) => one.name).sort()).toEqual(['a', 'b', 'c']);
});

test('what is refused, or reads badly but once, is not damaged: nothing is moved', async () => {
  const { how, keys, newest, repair } = await made();
  const before = keys();
  how.answers = (key) => (key === newest ? 403 : undefined);
  await expect(repair()).rejects.toMatchObject({ code: 'forbidden' });
  let badly = 1;
  how.answers = (key) => (key === newest && badly-- > 0 ? Buffer.from('nothing of a manifest') : undefined);
  expect(await repair()).toEqual({ mended: [], index_again: [], aside: null });
  expect(badly).toBeLessThan(1);
  expect(keys()).toEqual(before);
});

test('a store that is out of order while a library is repaired ends the repair: nothing is moved', async () => {
  const { how, keys, newest, repair } = await made();
  const before = keys();
  let refused = 0;
  how.answers = (key) => (key === newest ? (refused++, 503) : undefined);
  await expect(repair()).rejects.toMatchObject({ code: 'unreachable' });
  expect(refused).toBeGreaterThan(0);
  how.answers = () => undefined;
  expect(keys()).toEqual(before);
  expect(await repair()).toEqual({ mended: [], index_again: [], aside: null });
});

test('a head that is damaged is made anew from the tables', async () => {
  const { objects, home, repair } = await made();
  const head = objects.get('library/library.json');
  if (!head) throw new Error('no head');
  objects.set('library/library.json', { ...head, body: Buffer.from('{"schema') });
  const { mended, index_again, aside } = await repair();
  expect([mended, index_again, aside]).toEqual([[expect.stringContaining('library.json')], [], null]);
  expect(await (await openedAt(home)).tracks()).toHaveLength(4);
});
