/** What heads remember of the last changes. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { changesSince, markOf, nextLog, NOTHING_CHANGED } from '../../../src/store/head/change-log.js';
import type { Changes } from '../../../src/store/api.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../fixtures.js';

it('tells from each of the last states what changed since', async () => {
  const home = await temporaryHome(),
    [library, other] = [await open(home), await open(home)];
  const [a, b, c] = [newId('video'), newId('video'), newId('video')];
  const tracks = await addVideo(library, a, 2);
  const first = await other.snapshot();
  await addVideo(library, b, 1);
  const second = await other.snapshot();
  const person = makeIdentity({ track_ids: tracks.map((t) => t.track_id) });
  await library.write((w) => w.putIdentities([person]));
  await addVideo(library, c, 1);
  const third = await other.snapshot();
  // Somebody new in a film is a change of that film too.
  expect(third.changedSince(second.mark)).toEqual(changedIn([a, c], person.identity_id));
  expect(third.changedSince(first.mark)).toEqual(changedIn([a, b, c], person.identity_id));
  expect(third.changedSince(third.mark)).toEqual(NOTHING_CHANGED);
  expect(first.changedSince(third.mark)).toBeNull();
  expect(third.changedSince(null)).toBeNull();
  await library.write((w) => w.appendEdits([{ edit_id: newId('edit'), created_at: '', body: {} }]));
  expect((await other.snapshot()).changedSince(third.mark)).toEqual({ ...NOTHING_CHANGED, edits: true });
});

function changedIn(videos: string[], ...people: string[]): Changes {
  return { ...NOTHING_CHANGED, video_ids: new Set(videos), identity_ids: new Set(people) };
}

it('is void in a head that was written without it, and short', async () => {
  const home = await temporaryHome(),
    library = await open(home),
    file = path.join(home, 'library.json');
  await addVideo(library, newId('video'), 1);
  const { mark } = await library.snapshot();
  const head = JSON.parse(await readFile(file, 'utf8')) as { seq: number };
  await writeFile(file, JSON.stringify({ ...head, seq: head.seq + 1 }));
  const mended = await library.snapshot();
  expect(mended.mark).toBeNull();
  expect(mended.changedSince(mark)).toBeNull();
  await addVideo(library, newId('video'), 1);
  expect((await library.snapshot()).changedSince(mark)).toBeNull();

  let state = { seq: 1, changes: nextLog({ seq: 0 }, null, 1) };
  const marks: (string | null)[] = [];
  for (let seq = 2; seq < 300; seq++) {
    marks.push(markOf(state));
    const ids = Array.from({ length: 20 }, () => newId('identity'));
    state = { seq, changes: nextLog(state, changedIn([newId('video')], ...ids), seq) };
  }
  expect(JSON.stringify(state).length).toBeLessThan(20_000);
  expect(changesSince(state, marks.at(-10) ?? null)?.video_ids.size).toBe(10);
  expect(changesSince(state, marks[0] ?? null)).toBeNull();
  const large = nextLog(state, changedIn(Array.from({ length: 1000 }, () => newId('video'))), 300);
  expect(large.entries).toEqual([]);
});
