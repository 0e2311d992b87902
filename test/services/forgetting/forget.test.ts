/** What was forgotten is in no file of the folder: vectors, pictures, names, edits, photos, jobs. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { newJob } from '../../../src/services/jobs/job-kinds.js';
import { makeTrack, open } from '../../store/fixtures.js';
import { comparing } from '../../support/libraries/grouping.js';
import { bytesOf, forgettable } from './forgettable.js';

const using = comparing();

it('takes a person off the disk, with all that was ever said of them, and leaves the others as they are', async () => {
  const at = await forgettable(using);
  const { curated, forgetting, jobs, home } = at;
  const [ada, bob, eve] = [await at.id('ada'), await at.id('bob'), await at.id('eve')];
  const photo = at.cast.track('ada', 'album');
  curated.takePhoto('/album/portrait.jpg', photo);
  await curated.edit({ action: 'name', identity_id: ada, name: 'Ada Lovelace' });
  await curated.edit({ action: 'name', identity_id: bob, name: 'Bob' });
  await curated.edit({ action: 'enrol', identity_id: ada, images: ['/album/portrait.jpg'] });
  const [merge] = await curated.edit({ action: 'merge', identity_ids: [ada, eve] });
  await curated.edit({ action: 'undo', edit_id: merge?.edit_id ?? '' });
  await curated.curation.edit(
    { edits: [{ action: 'ignore', identity_id: eve }], dry_run: false, why: 'Only beside Ada Lovelace' },
    'test',
  );
  await at.leaveJob('job_000000001aaaa', '/films/Ada Lovelace.mp4', null);
  await at.leaveJob('job_000000002aaaa', '/films/other.mp4', newId('video'));
  const secrets = [
    ...bytesOf(at.of('ada')),
    new Uint8Array(photo.vector.slice().buffer),
    Buffer.from('Ada Lovelace'),
    Buffer.from(ada),
    Buffer.from('portrait.jpg'),
  ];
  const others = bytesOf([...at.of('bob'), ...at.of('eve')]);
  expect(await at.onDisk(secrets)).toBe(secrets.length);

  const asked = { identity_ids: [ada], dry_run: true };
  const dry = await forgetting.forget(asked, jobs);
  expect(dry).toMatchObject({
    dry_run: true,
    people: [{ identity_id: ada, name: 'Ada Lovelace', tracks: 4, videos: 2 }],
    removed: { people: 1, videos: 0, tracks: 4, reference_photos: 1, names: 1, jobs: 1 },
    checked: null,
    hint: expect.stringContaining('no undo') as unknown,
  });
  expect(await at.onDisk(secrets)).toBe(secrets.length);

  // Another server that has read the library before.
  const other = await open(home, { dimensions: 256 });
  const [stale, seen] = [await other.snapshot(), (await other.tracks()).length];
  expect(seen).toBe(14);
  const receipt = await forgetting.forget({ ...asked, dry_run: false }, jobs);
  expect(receipt).toMatchObject({ removed: { ...dry.removed }, remains: [] });
  expect(receipt.checked).toMatchObject({ vectors: 5, pictures: 8, names: 1, found: 0 });
  expect(receipt.checked?.ids).toBeGreaterThanOrEqual(5);
  expect(receipt.checked?.versions_removed).toBeGreaterThan(0);
  expect(await at.onDisk(secrets)).toBe(0);
  expect(await at.onDisk(others)).toBe(others.length);

  // It notices, and what it had open tells so.
  expect(await other.tracks()).toHaveLength(10);
  await expect(stale.vectors()).rejects.toMatchObject({ code: 'busy' });
  expect(await (await other.snapshot()).tracks()).toHaveLength(10);

  const after = await curated.look();
  expect(after.live().map((r) => r.name)).toEqual(expect.arrayContaining(['Bob', null]));
  expect(after.live()).toHaveLength(2);
  expect((await curated.library.edits()).map((e) => JSON.stringify(e.body)).join()).not.toContain('Lovelace');
  expect(await curated.library.labels()).not.toHaveProperty(ada);
  expect((await jobs.list()).map((j) => j.source)).toEqual(['/films/other.mp4']);
  expect(await readFile(`${home}/library.json`, 'utf8')).not.toMatch(/"purge_due": true/);
  await expect(forgetting.forget(asked, jobs)).rejects.toMatchObject({ code: 'unknown_id' });
  // What was said of others holds.
  await curated.edit({ action: 'undo', to: 0 });
  expect((await curated.look()).live()).toHaveLength(2);
});

it('takes a video off the disk, and whoever was seen nowhere else; others keep their name', async () => {
  const at = await forgettable(using, { one: ['ada', 'bob'], two: ['bob'] });
  const { curated, forgetting, jobs } = at;
  await curated.edit({ action: 'name', identity_id: await at.id('ada'), name: 'Ada Lovelace' });
  await curated.edit({ action: 'name', identity_id: await at.id('bob'), name: 'Robert' });
  const video_id = at.of('ada')[0]?.video_id ?? '';
  await at.leaveJob('job_000000001aaaa', '/films/a.mp4', video_id);
  const secrets = [
    ...bytesOf([...at.of('ada'), ...at.of('bob', 'one')]),
    Buffer.from(video_id),
    Buffer.from('Ada Lovelace'),
  ];
  const receipt = await forgetting.forget({ video_ids: [video_id], dry_run: false }, jobs);
  expect(receipt.removed).toMatchObject({ people: 1, videos: 1, tracks: 4, names: 1, jobs: 1 });
  expect(receipt.checked?.found).toBe(0);
  expect(await at.onDisk(secrets)).toBe(0);
  const [left, ...more] = (await curated.look()).live();
  expect(more).toEqual([]);
  expect(left).toMatchObject({
    name: 'Robert',
    track_ids: at
      .of('bob', 'two')
      .map((t) => t.track_id)
      .sort(),
  });
  await expect(forgetting.forget({ video_ids: [video_id], dry_run: false }, jobs)).rejects.toMatchObject({
    code: 'unknown_id',
  });
});

it('takes all that was indexed before a time off the disk, photos too', async () => {
  const at = await forgettable(using, { one: ['ada', 'bob'] });
  const { curated, forgetting, jobs } = at;
  curated.takePhoto('/album/bob.jpg', at.cast.track('bob', 'album'));
  await curated.edit({ action: 'enrol', identity_id: await at.id('bob'), name: 'Robert', images: ['/album/bob.jpg'] });
  const between = new Date(Date.now() + 5).toISOString();
  while (Date.now() <= Date.parse(between) + 5) await Promise.resolve();
  const young = { ...at.cast.track('bob', 'new', { quality: 0.9 }), crops: [], thumbnail: new Uint8Array(400) };
  await curated.join([young]);
  const receipt = await forgetting.forget({ before: between, dry_run: false }, jobs);
  expect(receipt.removed).toMatchObject({ people: 1, videos: 1, tracks: 4, reference_photos: 1 });
  expect(await at.onDisk([...bytesOf(at.of('ada')), ...bytesOf(at.of('bob')), Buffer.from('/album/bob.jpg')])).toBe(0);
  expect((await curated.look()).live()).toMatchObject([{ name: 'Robert', track_ids: [young.track_id] }]);
});

it('takes a video out of a folder’s unfinished job, which is left to go on with the others', async () => {
  const at = await forgettable(using, { one: ['ada'], two: ['bob'] });
  const [one, two] = await at.curated.library.videos();
  const first = { source: '/films/one.mp4', video_id: one?.video_id ?? '' },
    second = { source: '/films/two.mp4', video_id: two?.video_id ?? '' };
  const id = 'job_000000001aaaa',
    file = `${at.home}/jobs/${id}.json`;
  await at.leaveJob(id, first.source, first.video_id);
  const left = JSON.parse(await readFile(file, 'utf8')) as { videos: object[] }; // as it was just written
  const videos = [first, second].map((video) => ({ ...left.videos[0], ...video }));
  const job = newJob(id, 'index_video', { source: '/films' });
  await writeFile(file, JSON.stringify({ ...job, state: 'running', folder: true, videos }));
  const asked = { video_ids: [first.video_id], dry_run: false };
  expect(await at.forgetting.forget(asked, at.jobs)).toMatchObject({ removed: { videos: 1, jobs: 0 }, remains: [] });
  expect(await at.jobs.list()).toMatchObject([{ state: 'queued', videos: [second] }]);
  expect(await at.onDisk([Buffer.from(first.video_id), Buffer.from('one.mp4')])).toBe(0);
});

it('says where a name stands still, and what is being indexed; drops unfinished runs that nobody works on', async () => {
  const at = await forgettable(using, { one: ['ada', 'bob'] });
  const { curated, forgetting, jobs, home } = at;
  await curated.edit({ action: 'name', identity_id: await at.id('ada'), name: 'Ada Lovelace' });
  await curated.edit({ action: 'name', identity_id: await at.id('bob'), name: 'Son of Ada Lovelace' });
  const other = await open(home, { dimensions: 256, keepsRun: async () => true });
  const [resting, busy] = [newId('run'), newId('run')];
  const faces = [resting, busy].map((run_id) => {
    const { vector } = at.cast.track('ada', 'unfinished');
    return makeTrack(newId('video'), run_id, { vector });
  });
  for (const run_id of [resting, busy]) {
    await other.resumeRun(run_id, 'job_1');
    await other.stageTracks(faces.filter((f) => f.run_id === run_id));
    await other.checkpoint(run_id, {});
  }
  await other.leaveRun(resting);
  const bytes = faces.map((f) => new Uint8Array(f.vector.slice().buffer));
  expect(await at.onDisk(bytes)).toBe(2);
  const receipt = await forgetting.forget({ identity_ids: [await at.id('ada')], dry_run: false }, jobs);
  expect(receipt.removed.runs).toBe(1);
  expect(receipt.remains).toEqual([
    expect.stringContaining('is called Son of Ada Lovelace') as unknown,
    expect.stringContaining('being indexed now') as unknown,
  ]);
  expect(await at.onDisk(bytes.slice(0, 1))).toBe(0);
  await other.dropRun(busy);
});

it('tells of copies that go too, and is asked again when the disk was full on the way', async () => {
  const at = await forgettable(using);
  const [ada, bob] = [await at.id('ada'), await at.id('bob')];
  const secrets = bytesOf(at.of('ada'));
  const aside = 'replaced-2026-01-01T00-00-00-000Z';
  await mkdir(`${at.home}/${aside}`);
  const dry = await at.forgetting.forget({ identity_ids: [ada], dry_run: true }, at.jobs);
  expect(dry.hint).toContain(`set aside go too: ${aside}.`);
  // The only write that needs room: those before are small.
  const purge = vi
    .spyOn(at.curated.library, 'purge')
    .mockRejectedValue(Object.assign(new Error('no room'), { code: 'ENOSPC' }));
  for (const id of [ada, bob])
    await expect(at.forgetting.forget({ identity_ids: [id], dry_run: false }, at.jobs)).rejects.toMatchObject({
      code: 'no_space',
      message: expect.stringMatching(/^It is out of the library, but older states/) as unknown,
    });
  expect(await at.onDisk(secrets)).toBeGreaterThan(0);
  // The second got no further than the purge that the first left.
  purge.mockRestore();
  await at.forgetting.forget({ identity_ids: [bob], dry_run: false }, at.jobs);
  expect(await at.onDisk(secrets)).toBe(0);
});
