import { writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../src/domain/ids.js';
import { openLibrary } from '../../../src/store/library.js';
import { addVideo, DIMENSIONS, makeIdentity, makeTrack, makeVideo, open, PACK, temporaryHome } from '../fixtures.js';

test('a write shows all at once when it ends: to its own library, to another one, not to a snapshot', async () => {
  const home = await temporaryHome();
  const [writerSide, readerSide] = [await open(home), await open(home)];
  const [video_id, run_id] = [newId('video'), newId('run')];
  const rows = Array.from({ length: 2500 }, () => makeTrack(video_id, run_id));
  const before = await readerSide.snapshot();
  const seen = async (library: typeof readerSide | typeof before): Promise<number[]> => [
    (await library.videos()).length,
    (await library.tracks()).length,
    (await library.identities()).length,
  ];
  await writerSide.stageTracks(rows.slice(0, 2000));
  await writerSide.write(async (writer) => {
    await writer.stageTracks(rows.slice(2000));
    await writer.putIdentities([makeIdentity({ track_ids: rows.map((row) => row.track_id) })]);
    await writer.commitVideo(makeVideo(video_id, run_id));
    for (const library of [writerSide, readerSide]) expect(await seen(library)).toEqual([0, 0, 0]);
  });
  for (const library of [writerSide, readerSide]) expect(await seen(library)).toEqual([1, 2500, 1]);
  expect(await seen(before)).toEqual([0, 0, 0]);
});

test('readers that never stop see the old run or the new one, never both and never half', async () => {
  const home = await temporaryHome();
  const [writerSide, readerSide] = [await open(home, { tuning: { upkeepVersions: 4, keepMs: 0 } }), await open(home)];
  const video_id = newId('video');
  await addVideo(writerSide, video_id, 30);
  const writing = (async () => {
    for (let i = 0; i < 12; i++) await addVideo(writerSide, video_id, 30);
  })();
  let done = false;
  const finished = writing.finally(() => {
    done = true;
  });
  const runs = new Set<string>();
  do {
    const tracks = await readerSide.tracks();
    expect(tracks).toHaveLength(30);
    expect(new Set(tracks.map((track) => track.run_id)).size).toBe(1);
    tracks.forEach((track) => runs.add(track.run_id));
  } while (!done);
  await finished;
  expect(runs.size).toBeGreaterThan(2);
});

test('a write that fails or is cancelled leaves no trace, and the next one works', async () => {
  const library = await open(await temporaryHome());
  const video_id = newId('video');
  const kept = await addVideo(library, video_id, 3);
  const broken = library.write(async (writer) => {
    const run_id = newId('run');
    await writer.putIdentities([makeIdentity()]);
    await writer.stageTracks([makeTrack(video_id, run_id)]);
    await writer.commitVideo(makeVideo(video_id, run_id));
    throw new Error('no');
  });
  await expect(broken).rejects.toMatchObject({ code: 'internal', message: 'no' });
  const abort = new AbortController();
  const stopped = library.write(async (writer) => {
    await writer.removeVideos([video_id]);
    abort.abort();
  }, abort.signal);
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect([(await library.tracks()).length, (await library.identities()).length]).toEqual([3, 0]);
  const person = makeIdentity({ track_ids: [kept[0]?.track_id ?? ''] });
  await library.write((writer) => writer.putIdentities([person]));
  expect(await library.identities()).toEqual([person]);
  await addVideo(library, newId('video'), 2);
  expect(await library.tracks()).toHaveLength(5);
});

test('dropped runs and removed videos and tracks are gone; a video may have no tracks', async () => {
  const library = await open(await temporaryHome());
  const [one, two, empty] = [newId('video'), newId('video'), newId('video')];
  const tracks = await addVideo(library, one, 4);
  await addVideo(library, two, 2);
  await addVideo(library, empty, 0);
  const run_id = newId('run');
  await library.stageTracks([makeTrack(one, run_id)]);
  await library.write((writer) => writer.dropRun(run_id));
  await library.write(async (writer) => {
    await writer.removeVideos([two]);
    await writer.removeTracks([tracks[0]?.track_id ?? '']);
  });
  expect((await library.videos()).map((video) => video.video_id).sort()).toEqual([one, empty].sort());
  expect((await library.tracks()).map((track) => track.track_id).sort()).toEqual(
    tracks
      .slice(1)
      .map((track) => track.track_id)
      .sort(),
  );
});

test('two writes at once in one process take turns; one that waits can be cancelled', async () => {
  const home = await temporaryHome();
  const [a, b] = [await open(home), await open(home)];
  const order: string[] = [];
  const gate = new AbortController();
  const opened = new Promise((resolve) => gate.signal.addEventListener('abort', resolve));
  const entered = new Promise<void>((resolve) => {
    void a.write(async () => {
      resolve();
      await opened;
      order.push('first');
    });
  });
  await entered;
  const second = a.write(async () => {
    order.push('second');
  });
  const giveUp = new AbortController();
  const here = a.write(async () => {
    order.push('never');
  }, giveUp.signal);
  const there = b.write(async () => {
    order.push('never');
  }, giveUp.signal);
  giveUp.abort();
  await expect(here).rejects.toMatchObject({ code: 'cancelled' });
  await expect(there).rejects.toMatchObject({ code: 'cancelled' });
  expect(order).toEqual([]);
  gate.abort();
  const more = ['third', 'fourth', 'fifth', 'sixth'].map((name) =>
    a.write(async () => {
      order.push(name);
    }),
  );
  await Promise.all([second, ...more]);
  expect(order).toEqual(['first', 'second', 'third', 'fourth', 'fifth', 'sixth']);
});

test('a library of another pack, other dimensions, a newer schema or a damaged head is refused with a way out', async () => {
  const home = await temporaryHome();
  await (await open(home)).close();
  const again = (options: { pack?: string; dimensions?: number }): Promise<unknown> =>
    openLibrary({ home, pack: PACK, dimensions: DIMENSIONS, ...options });
  await expect(again({ pack: 'pack-b' })).rejects.toMatchObject({
    code: 'incompatible_library',
    hint: expect.stringContaining('pack "pack-a"'),
  });
  await expect(again({ dimensions: 64 })).rejects.toMatchObject({ code: 'incompatible_library' });
  const file = path.join(home, 'library.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, JSON.stringify({ ...JSON.parse(text), schema_version: 99 }));
  await expect(again({})).rejects.toMatchObject({
    code: 'incompatible_library',
    hint: expect.stringContaining('Update'),
  });
  await writeFile(file, text.slice(0, 40));
  await expect(again({})).rejects.toMatchObject({
    code: 'damaged_library',
    hint: expect.stringContaining('doctor --repair'),
  });
  const stray = path.join(home, 'library.json', 'below-a-file');
  await expect(openLibrary({ home: stray, pack: PACK, dimensions: DIMENSIONS })).rejects.toMatchObject({
    code: 'forbidden',
  });
});

test('a library belongs to the vectors that it was made with, or that are first written to it', async () => {
  const home = await temporaryHome();
  const headOf = async () =>
    z
      .looseObject({ seq: z.number(), vectors: z.string().optional() })
      .parse(JSON.parse(await readFile(path.join(home, 'library.json'), 'utf8')));
  const older = await open(home);
  await addVideo(older, newId('video'), 1);
  // One from before there were fingerprints: reading leaves it as it is, the next write takes the fingerprint of
  // whoever writes.
  const library = await open(home, { vectors: 'aaaa' });
  expect(await library.tracks()).toHaveLength(1);
  expect((await headOf()).vectors).toBeUndefined();
  await library.purge();
  await addVideo(library, newId('video'), 1);
  expect((await headOf()).vectors).toBe('aaaa');
  await addVideo(older, newId('video'), 1);
  expect((await headOf()).vectors).toBe('aaaa');
  const other = open(home, { vectors: 'bbbb' });
  await expect(other).rejects.toMatchObject({
    code: 'incompatible_library',
    message: expect.stringMatching(/another version of pack "pack-a".*aaaa.*bbbb/),
    hint: expect.stringContaining('models use pack-a'),
  });
  expect(await (await open(home, { vectors: 'aaaa' })).tracks()).toHaveLength(3);
  const fresh = await temporaryHome();
  await (await open(fresh, { vectors: 'cccc' })).close();
  await expect(open(fresh, { vectors: 'aaaa' })).rejects.toMatchObject({ code: 'incompatible_library' });
});
