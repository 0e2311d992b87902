/** What a library in any object store must be able to do: steps that the tests of several stores share. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import { backUp, restore } from '../../../src/store/upkeep/backup.js';
import { openLibrary } from '../../../src/store/library.js';
import { findInObjects } from '../../../src/store/places/find-in-objects.js';
import { objectPlaceAt } from '../../../src/store/places/place-at.js';
import { addVideo, DIMENSIONS, makeIdentity, makeTrack, makeVideo, PACK, temporaryHome } from '../../store/fixtures.js';

/** Opens it as another machine would, until the test ends. */
export async function openedAt(home: string): Promise<Library> {
  const library = await openLibrary({ home, localHome: await temporaryHome(), dimensions: DIMENSIONS, pack: PACK });
  onTestFinished(() => library.close());
  return library;
}

/** Writes a film at `/films/<name>.mp4` with two tracks of somebody of that name. */
export async function addFilmOf(library: Library, name: string): Promise<void> {
  const [video_id, run_id] = [newId('video'), newId('run')];
  const rows = [makeTrack(video_id, run_id), makeTrack(video_id, run_id)];
  await library.write(async (writer) => {
    await writer.stageTracks(rows);
    await writer.putIdentities([makeIdentity({ name, track_ids: rows.map((row) => row.track_id) })]);
    await writer.commitVideo(makeVideo(video_id, run_id, { source: `/films/${name}.mp4` }));
  });
}

/** @param env what names the store and its keys */
export async function hasOneWriterAtATime(home: string, env: Record<string, string>): Promise<void> {
  const place = objectPlaceAt(home, env);
  await place.checkConditions();
  const held = await place.lock(2000, {});
  const waiting = objectPlaceAt(home, env).lock(2000, {});
  expect(held.fence).toBe(1);
  await held.release();
  const next = await waiting;
  expect(next).toMatchObject({ fence: 2, tookOver: false });
  await next.release();
}

/** @returns two views of a new library, into which both have written at once */
export async function twoWriteAtOnce(home: string): Promise<[Library, Library]> {
  const [here, there] = [await openedAt(home), await openedAt(home)];
  await Promise.all([addVideo(here, newId('video'), 2), addVideo(there, newId('video'), 3)]);
  expect(await here.tracks()).toHaveLength(5);
  expect(await there.tracks()).toEqual(await here.tracks());
  return [here, there];
}

/** A name that `here` writes is in the store, and once `there` has forgotten it in no object. */
export async function forgetsEverywhere(home: string, here: Library, there: Library): Promise<void> {
  const name = 'Wilhelmina Gone-Away',
    person = makeIdentity({ name }),
    trace = [Buffer.from(name)];
  await here.write((writer) => writer.putIdentities([person]));
  expect((await findInObjects(home, trace)).found).not.toEqual([]);
  await there.write(async (writer) => {
    await writer.removeIdentities([person.identity_id]);
    writer.duePurge();
  });
  await there.purge();
  expect((await findInObjects(home, trace)).found).toEqual([]);
}

/** More than goes into an object at once. */
export const LARGE_BYTES = 9 * 2 ** 20;

/** Puts a large file at `key`, and reads it back in pieces. */
export async function takesLargeFile(place: ReturnType<typeof objectPlaceAt>, key: string): Promise<void> {
  const content = randomBytes(LARGE_BYTES),
    file = path.join(await temporaryHome(), 'large');
  await writeFile(file, content);
  await place.putFile(key, file);
  const object = (await place.list()).find((one) => one.key === key) ?? expect.unreachable('not listed');
  expect(object.bytes).toBe(content.length);
  const pieces: Buffer[] = [];
  for await (const piece of place.pieces(object, 2 ** 22)) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(content)).toBe(true);
}

/** Backs a library with a large picture up, and puts it back at `other`, whole. */
export async function movesByBackup(home: string, other: string): Promise<void> {
  const localHome = await temporaryHome(),
    file = path.join(await temporaryHome(), 'films.tar');
  const library = await openedAt(home),
    thumbnail = randomBytes(LARGE_BYTES);
  await addVideo(library, newId('video'), 1, { thumbnail });
  const { rows } = await backUp({ home, localHome, file });
  expect(await restore({ home: other, localHome, file, replace: false })).toMatchObject({ rows });
  const back = await openedAt(other),
    tracks = await back.tracks();
  expect(tracks).toEqual(await library.tracks());
  const { thumbnail: kept } = await back.pictures(tracks[0]?.track_id ?? '');
  // Not by toEqual, which compares nine million numbers one by one, for minutes.
  expect(kept && thumbnail.equals(kept)).toBe(true);
}
