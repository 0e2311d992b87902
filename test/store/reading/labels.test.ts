import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../fixtures.js';

const put = (library: Library, ...rows: ReturnType<typeof makeIdentity>[]) =>
  library.write((writer) => writer.putIdentities(rows));
const remove = (library: Library, id: string) => library.write((writer) => writer.removeIdentities([id]));

it('are given once, in the order of writing, for identities and videos apart', async () => {
  const home = await temporaryHome(),
    library = await open(home);
  const [a, b, c] = [makeIdentity(), makeIdentity(), makeIdentity()];
  const video = newId('video');
  await put(library, a, b);
  await addVideo(library, video, 1);
  await put(library, c, { ...a, name: 'Ada' });
  const expected = { [a.identity_id]: 1, [b.identity_id]: 2, [c.identity_id]: 3, [video]: 1 };
  expect(Object.fromEntries(await library.labels())).toEqual(expected);

  // Another run of the video, a merge and a restart change none of them.
  await addVideo(library, video, 2);
  await put(library, { ...b, merged_into: a.identity_id, track_ids: [] });
  await library.close();
  expect(Object.fromEntries(await (await open(home)).labels())).toEqual(expected);
});

it('are not given to another when theirs is forgotten', async () => {
  const library = await open(await temporaryHome());
  const [a, b, c] = [makeIdentity(), makeIdentity(), makeIdentity()];
  await put(library, a, b);
  await remove(library, b.identity_id);
  expect([...(await library.labels()).keys()]).toEqual([a.identity_id]);
  await put(library, c);
  expect((await library.labels()).get(c.identity_id)).toBe(3);
  const video = newId('video');
  await addVideo(library, video, 1);
  await library.write((writer) => writer.removeVideos([video]));
  await addVideo(library, video, 1);
  expect((await library.labels()).get(video)).toBe(2);
  // What is taken out and put back in one write stays who it was.
  await library.write(async (writer) => {
    await writer.removeIdentities([a.identity_id]);
    await writer.putIdentities([a]);
  });
  expect((await library.labels()).get(a.identity_id)).toBe(1);
});

it('come to a library from before there were any when it is opened, oldest first, and lock out programs of before', async () => {
  const home = await temporaryHome(),
    first = await open(home);
  const rows = [3, 1, 2].map((n) => makeIdentity({ created_at: `2026-01-0${n}T00:00:00.000Z` }));
  await put(first, ...rows);
  const video = newId('video');
  await addVideo(first, video, 1);
  await first.close();
  const file = path.join(home, 'library.json');
  const head = z
    .looseObject({ schema_version: z.number(), versions: z.looseObject({}), kept_up: z.looseObject({}) })
    .parse(JSON.parse(await readFile(file, 'utf8')));
  expect(head.schema_version).toBe(10);
  const { labels: _, owners: _owners, seen: _seen, people: _people, totals: _totals, ...versions } = head.versions;
  await writeFile(file, JSON.stringify({ ...head, schema_version: 1, labelled: undefined, versions }));

  const library = await open(home);
  const numbers = await library.labels();
  expect(rows.map((row) => numbers.get(row.identity_id))).toEqual([3, 1, 2]);
  expect(numbers.get(video)).toBe(1);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ schema_version: 10 });
});

it('are no reason to write to an empty library', async () => {
  const home = await temporaryHome();
  await (await open(home)).close();
  const before = await readFile(path.join(home, 'library.json'), 'utf8');
  expect([...(await (await open(home)).labels())]).toEqual([]);
  expect(await readFile(path.join(home, 'library.json'), 'utf8')).toBe(before);
});
