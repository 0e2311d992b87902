/** What questions read is, after every write, what the other tables make of it. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '@lancedb/lancedb';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../src/domain/ids.js';
import { normalise } from '../../../src/domain/vectors.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import type { Library } from '../../../src/store/api.js';
import { GrowingMean } from '../../../src/domain/people/mean-face.js';
import { cohesionOf, comparedOf } from '../../../src/domain/people/like-others.js';
import { inLight, litTracks } from '../../../src/store/derived/derived-people.js';
import { ownersOfAll, seenIn } from '../../../src/store/derived/derived.js';
import type { IdentityRow, PersonRow, SeenRow, SeenTotal } from '../../../src/store/rows.js';
import { inRows, totalsOf } from '../../../src/store/derived/seen-totals.js';
import {
  addVideo,
  DIMENSIONS,
  filesWith,
  makeIdentity,
  makeTrack,
  makeVideo,
  open,
  temporaryHome,
} from '../fixtures.js';

const inOrderById = (totals: readonly SeenTotal[]) =>
  totals.toSorted((a, b) => a.identity_id.localeCompare(b.identity_id));
const inOrder = (rows: readonly SeenRow[]) =>
  rows.toSorted((a, b) => `${a.video_id} ${a.identity_id}`.localeCompare(`${b.video_id} ${b.identity_id}`));

/** A vector that has about 0.4 with every other that this makes. */
function alike(random: () => number): Float32Array {
  const vector = Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5);
  vector[0] = 0;
  normalise(vector);
  for (let k = 0; k < DIMENSIONS; k++) vector[k] = 0.77 * (vector[k] ?? 0);
  vector[0] = 0.63;
  return vector;
}

/** People as all tracks make them, and the light of each track. */
async function peopleOf(library: Library, owner: ReadonlyMap<string, string>) {
  const means = new Map<string, GrowingMean>(),
    light = new Map<string, number>();
  for (const { video_id } of await library.videos())
    for (const track of await litTracks([video_id], library)) {
      const id = owner.get(track.track_id);
      if (id === undefined) continue;
      light.set(track.track_id, track.light);
      const mean = means.get(id) ?? new GrowingMean(library.dimensions);
      mean.add(inLight(track));
      means.set(id, mean);
    }
  return { light, people: [...means].map(([identity_id, mean]) => ({ identity_id, ...mean.mean() })) };
}

/** @returns how many tracks are in poor light */
async function expectPeople(library: Library, owner: ReadonlyMap<string, string>): Promise<number> {
  const { light, people } = await peopleOf(library, owner);
  const { identity_ids, vectors, ...columns } = await library.means({ from: 0, limit: 1000 });
  const there = new Map((await library.people({ identity_ids })).map((row) => [row.identity_id, row]));
  const means = identity_ids.map((id) => there.get(id) ?? expect.unreachable());
  expect(means.flatMap((row) => [...row.vector])).toEqual([...vectors]);
  expect(means.map((row) => Math.fround(row.excess))).toEqual([...columns.excess]);
  expect(means.map((row) => Math.fround(row.best_excess))).toEqual([...columns.best_excess]);
  expect(means.map((row) => row.best_track)).toEqual(columns.best_tracks);
  expect([...there.keys()].sort()).toEqual(people.map((p) => p.identity_id).sort());
  expect(await library.counts()).toEqual({ tracks: (await library.tracks()).length, people: people.length });
  for (const { identity_id, vector, weight = 0, excess = 0, ...rest } of people) {
    const row = there.get(identity_id) ?? expect.unreachable();
    expect(row).toMatchObject({ ...rest, best_excess: row.best_excess });
    for (const [is, was] of [
      [row.weight, weight],
      [row.excess, excess],
      [row.best_excess, rest.best_excess ?? 0],
    ] as const)
      expect(is).toBeCloseTo(was, 5);
    expect(Math.max(...row.vector.map((x, k) => Math.abs(x - (vector?.[k] ?? NaN))))).toBeLessThan(1e-5);
  }
  const known = await library.lightOf([...light.keys()]);
  for (const [track_id, value] of light) expect(known.get(track_id)).toBeCloseTo(value, 6);
  return [...light.values()].filter((value) => value > 0.01).length;
}

/** Holds how well the tracks of each hold together against all there are. @returns how many have more than one */
async function expectCohesion(library: Library): Promise<number> {
  const live = (await library.identities()).filter((p) => p.merged_into === null);
  const faces = new Map(
    (await library.faces((await library.tracks()).map((t) => t.track_id))).map((f) => [f.track_id, f]),
  );
  const kept = await library.cohesionOf(live.map((p) => p.identity_id));
  for (const { identity_id, track_ids } of live) {
    const own = comparedOf(track_ids).flatMap((id) => faces.get(id) ?? []);
    const made = cohesionOf(own),
      there = kept.get(identity_id) ?? cohesionOf([]);
    expect(there).toMatchObject({ apart_tracks: made.apart_tracks, apart: expect.closeTo(made.apart, 5) as number });
    expect(there.cohesion).toEqual(made.cohesion.map((score) => expect.closeTo(score, 5) as number));
  }
  return [...kept.values()].filter(({ cohesion }) => cohesion.length > 1).length;
}

/** Holds what is derived against all there is. */
async function expectDerived(library: Library): Promise<{ inPoorLight: number }> {
  const owner = ownersOfAll(await library.identities());
  const tracks = await library.tracks();
  const owned = new Map([...owner].sort());
  expect(
    new Map([...(await library.ownersOf([...new Set([...owner.keys(), ...tracks.map((t) => t.track_id)])]))].sort()),
  ).toEqual(owned);
  const inPoorLight = await expectPeople(library, owner);
  await expectCohesion(library);
  const video_ids = [...new Set(tracks.map((t) => t.video_id))];
  const seen = inOrder(
    await seenIn(video_ids, {
      tracks: (filter) => library.tracks(filter),
      videosOf: (ids) => library.videosOf(ids),
      ownersOf: () => Promise.resolve(owner),
    }),
  );
  expect(inOrder(await library.seen())).toEqual(seen);
  expect(inOrderById(inRows(await library.seenTotals()))).toEqual(inOrderById(totalsOf(seen)));
  return { inPoorLight };
}

it('follows whatever writes do, at random', async () => {
  const home = await temporaryHome(),
    library = await open(home, { tuning: { upkeepVersions: 6 } });
  const random = seededRandom(7),
    any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] ?? expect.unreachable();
  for (let step = 0; step < 14; step++) {
    const [people, tracks, videos] = [await library.identities(), await library.tracks(), await library.videos()];
    const live = people.filter((p) => p.merged_into === null);
    const run_id = newId('run'),
      video_id = step > 3 && random() < 0.3 ? any(videos).video_id : newId('video');
    // At once, and as alike as strangers are in poor light.
    const presence = [{ start_s: 0, end_s: 5 }];
    const fresh = Array.from({ length: 4 }, () =>
      makeTrack(video_id, run_id, { presence, start_s: 0, end_s: 5, vector: alike(random) }),
    );
    await library.write(async (writer) => {
      const rows = new Map(live.map((p): [string, IdentityRow] => [p.identity_id, p]));
      const put = (row: IdentityRow): unknown => rows.set(row.identity_id, row);
      const dice = step < 3 ? 0 : random();
      if (dice < 0.5) {
        const gone = new Set(tracks.flatMap((t) => (t.video_id === video_id ? [t.track_id] : [])));
        for (const row of live) put({ ...row, track_ids: row.track_ids.filter((t) => !gone.has(t)) });
        for (const { track_id } of fresh.slice(1)) {
          const to = random() < 0.5 && rows.size > 0 ? any([...rows.values()]) : makeIdentity();
          put({ ...to, track_ids: [...to.track_ids, track_id] });
        }
        await writer.stageTracks(fresh);
        await writer.commitVideo(makeVideo(video_id, run_id));
      } else if (dice < 0.65) {
        const [a, b] = [any(live), any(live)];
        if (a !== b) {
          put({ ...a, track_ids: [...a.track_ids, ...b.track_ids] });
          put({ ...b, track_ids: [], merged_into: a.identity_id });
        }
      } else if (dice < 0.75) {
        const gone = any(tracks).track_id;
        for (const row of live) put({ ...row, track_ids: row.track_ids.filter((t) => t !== gone) });
        await writer.removeTracks([gone]);
      } else if (dice < 0.85) {
        const video = any(videos);
        await writer.putVideos([{ ...video, shots: [], coverage: { ...video.coverage, photo: { taken_at: null } } }]);
      } else {
        const gone = any(live);
        rows.delete(gone.identity_id);
        await writer.removeIdentities([gone.identity_id]);
      }
      const changed = [...rows.values()].filter((row) => !people.includes(row));
      await writer.putIdentities(changed);
    });
    const { inPoorLight } = await expectDerived(library);
    if (step === 2) expect(inPoorLight).toBeGreaterThan(5);
  }
});

it('is made of all there is in a library from before it, which is kept; one that is only read is answered without', async () => {
  const home = await temporaryHome(),
    made = await open(home);
  const tracks = await addVideo(made, newId('video'), 3);
  const person = makeIdentity({ track_ids: tracks.map((t) => t.track_id) });
  await made.write((writer) => writer.putIdentities([person]));
  const [seen, means] = [await made.seen(), await made.people({ identity_ids: [person.identity_id] })];
  expect(seen).toHaveLength(1);
  await made.close();
  const file = path.join(home, 'library.json');
  const head = z.looseObject({ versions: z.looseObject({}) }).parse(JSON.parse(await readFile(file, 'utf8')));
  const { owners: _owners, seen: _seen, people: _people, totals: _totals, ...versions } = head.versions;
  await writeFile(file, JSON.stringify({ ...head, schema_version: 4, versions }));
  const before = await readFile(file, 'utf8');
  const read = await open(home, { readOnly: true });
  expect([await read.seen(), (await read.ownersOf([])).size]).toEqual([seen, 3]);
  expect(await read.seen({ identity_ids: [person.identity_id], video_ids: [] })).toEqual([]);
  expect(await read.people({ identity_ids: [person.identity_id] })).toMatchObject(means);
  expect(await readFile(file, 'utf8')).toBe(before);
  const library = await open(home);
  await expectDerived(library);
  expect(await readFile(path.join(home, 'library-of-schema-4', 'library.json'), 'utf8')).toContain(
    '"schema_version": 4',
  );
});

it('has totals of a library from before they were kept, made of nothing but who is seen where', async () => {
  const home = await temporaryHome(),
    made = await open(home);
  const tracks = await addVideo(made, newId('video'), 3);
  await made.write((writer) => writer.putIdentities([makeIdentity({ track_ids: tracks.map((t) => t.track_id) })]));
  const totals = await made.seenTotals();
  expect(inRows(totals)).toMatchObject([{ videos: 1, photos: 0, tracks: 3 }]);
  await made.close();
  const file = path.join(home, 'library.json');
  const headNow = async () =>
    z.looseObject({ versions: z.looseObject({}) }).parse(JSON.parse(await readFile(file, 'utf8')));
  const { versions, ...head } = await headNow();
  const { totals: _totals, ...before } = versions;
  await writeFile(file, JSON.stringify({ ...head, schema_version: 8, versions: before }));
  const read = await open(home, { readOnly: true });
  expect(await read.seenTotals()).toEqual(totals);
  const library = await open(home);
  expect(await headNow()).toMatchObject({ schema_version: 10, versions: before });
  await expectDerived(library);
  const copy = path.join(home, 'library-of-schema-8', 'library.json');
  expect(await readFile(copy, 'utf8')).toContain('"schema_version": 8');
});

it('has the cohesion of people of a library from before it was kept, also after a process was killed over making it', async () => {
  const home = await temporaryHome(),
    made = await open(home);
  const [ada, bea] = [await addVideo(made, newId('video'), 3), await addVideo(made, newId('video'), 1)];
  const people = [ada, bea].map((tracks) => makeIdentity({ track_ids: tracks.map((t) => t.track_id) })),
    ids = people.map((p) => p.identity_id);
  await made.write((writer) => writer.putIdentities(people));
  const [cohesion, means] = [await made.cohesionOf(ids), await made.people({ identity_ids: ids })];
  expect(ids.map((id) => cohesion.get(id)?.cohesion.length)).toEqual([3, 0]);
  await made.close();
  const file = path.join(home, 'library.json');
  const headNow = async () =>
    z
      .looseObject({ versions: z.looseObject({}), kept_up: z.looseObject({}) })
      .parse(JSON.parse(await readFile(file, 'utf8')));
  const { versions, kept_up, cohesion: _, ...head } = await headNow();
  const database = await connect(path.join(home, 'library.lance')),
    table = await database.openTable('people');
  await table.dropColumns(['cohesion', 'apart', 'apart_tracks']);
  const before = { ...versions, people: await table.version() };
  await writeFile(
    file,
    JSON.stringify({ ...head, schema_version: 9, versions: before, kept_up: { ...kept_up, people: before.people } }),
  );
  const read = await open(home, { readOnly: true });
  expect([await read.cohesionOf(ids), await read.people({ identity_ids: ids })]).toEqual([new Map(), means]);
  // What one that was killed leaves: a table of people that nobody names, with not all of them.
  await database.createTable('people', [{ identity_id: ids[0], cohesion: [0.5] }], { mode: 'overwrite' });
  database.close();
  const library = await open(home);
  expect(await headNow()).toMatchObject({ schema_version: 10, cohesion: true });
  expect(await library.cohesionOf(ids)).toEqual(cohesion);
  await expectDerived(library);
  const copy = await open(path.join(home, 'library-of-schema-9'), { readOnly: true });
  expect(await copy.people({ identity_ids: ids })).toEqual(means);
});

it('holds nothing of what was forgotten', async () => {
  const home = await temporaryHome(),
    library = await open(home);
  const [gone, stays] = [newId('video'), newId('video')];
  const tracks = [...(await addVideo(library, gone, 2)), ...(await addVideo(library, stays, 1))];
  const person = makeIdentity({ track_ids: tracks.map((t) => t.track_id) });
  await library.write((writer) => writer.putIdentities([person]));
  const peopleNow = () => library.people({ identity_ids: [person.identity_id] });
  const [mean] = await peopleNow();
  await library.write(async (writer) => {
    await writer.removeVideos([gone]);
    await writer.putIdentities([{ ...person, track_ids: person.track_ids.slice(2) }]);
    writer.duePurge();
  });
  const pieces = (row: PersonRow | undefined) => Buffer.from(row?.vector.buffer ?? new ArrayBuffer(0));
  expect((await filesWith(home, pieces(mean))).length).toBeGreaterThan(0);
  await library.purge();
  expect(await filesWith(home, pieces(mean))).toEqual([]);
  expect((await filesWith(home, pieces((await peopleNow())[0]))).length).toBeGreaterThan(0);
  await expectDerived(library);
  for (const id of [gone, ...tracks.slice(0, 2).map((t) => t.track_id)])
    expect(await filesWith(home, Buffer.from(id))).toEqual([]);
});
