/** What settings rule out: writing, linking people, keeping for ever. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import pino from 'pino';
import { expect, it } from 'vitest';
import { SyntheticCast } from '../../lab/faces/synthetic-tracks.js';
import { loadSettings } from '../../src/config/settings.js';
import { newId } from '../../src/domain/ids.js';
import { repair, restoreLibrary } from '../../src/services/upkeep/safekeeping.js';
import { createForgettingService } from '../../src/services/forgetting/forget.js';
import { createJobs } from '../../src/services/jobs/jobs.js';
import type { EditAsked } from '../../src/services/requests/edit-identities.js';
import { checkUnlinked } from '../../src/services/unlinked-mode.js';
import { addVideo, makeTrack, open, temporaryHome } from '../store/fixtures.js';
import { byVideo, comparing } from '../support/libraries/grouping.js';
import { Curated } from './curation/curated.js';
import { bytesOf, forgettable } from './forgetting/forgettable.js';

const using = comparing();

it('read-only: questions are answered, and everything that would write is refused with what to do', async () => {
  const home = await temporaryHome();
  await expect(open(path.join(home, 'none'), { readOnly: true })).rejects.toMatchObject({ code: 'not_found' });
  expect(await readdir(home)).toEqual([]);
  const [track] = await addVideo(await open(home), newId('video'), 3);
  const library = await open(home, { readOnly: true });
  expect(await library.tracks()).toHaveLength(3);
  expect((await library.nearest(track?.vector ?? new Float32Array(), 1))[0]?.track_id).toBe(track?.track_id);
  const refused = { code: 'read_only', hint: expect.stringContaining('ROLLCALL_READ_ONLY') as unknown };
  const { signal } = new AbortController();
  const logger = pino({ level: 'silent' });
  for (const write of [
    () => restoreLibrary({ home, readOnly: true }, path.join(home, 'any.tar'), true, logger, signal),
    () => repair({ home, readOnly: true, keyCommand: null }, logger, signal),
    () => library.write(async () => undefined),
    () => library.purge(),
    () => library.sweep(),
    () => library.stageTracks([makeTrack(newId('video'), newId('run'))]),
    () => library.resumeRun(newId('run'), 'job_1'),
  ])
    await expect(write()).rejects.toMatchObject(refused);
  const services = () => Promise.reject(new Error('not asked for'));
  const jobs = createJobs({ home, readOnly: true, services, logger: pino({ level: 'silent' }) });
  await expect(jobs.start('index_video', { source: '/a.mp4' })).rejects.toMatchObject(refused);
  await expect(jobs.cancel('job_1')).rejects.toMatchObject(refused);
  const forgetting = createForgettingService({
    library: () => Promise.resolve(library),
    settings: loadSettings({ home, readOnly: 'true', retentionDays: '1' }),
  });
  const [video] = await library.videos();
  const request = { video_ids: [video?.video_id ?? ''], dry_run: false };
  await expect(forgetting.forget(request, jobs)).rejects.toMatchObject(refused);
  expect(await forgetting.forget({ ...request, dry_run: true }, jobs)).toMatchObject({ removed: { videos: 1 } });
  expect(await forgetting.keepWithin(jobs)).toBeNull();
  await jobs.close();
});

it('without links each video has its own people, nobody gets a name, and no edit reaches into another video', async () => {
  const cast = new SyntheticCast(7);
  const tracks = ['one', 'two'].flatMap((video) =>
    ['ada', 'bob'].flatMap((p) => [1, 2].map(() => cast.track(p, video, { quality: 0.9 }))),
  );
  const apart = { ...using, rule: () => ({ ...using.rule(), eachVideoApart: true }) };
  const linked = await Curated.of(using, byVideo(tracks));
  expect((await linked.look()).live()).toHaveLength(2);
  await expect(checkUnlinked(linked.library)).rejects.toMatchObject({ code: 'incompatible_library' });

  const curated = await Curated.of(apart, byVideo(tracks), undefined, false);
  const look = await curated.look();
  expect(look.live()).toHaveLength(4);
  await checkUnlinked(curated.library);
  const first = (p: string) => look.owner(tracks.find((t) => t.person === p)?.track_id ?? '');
  const [ada, bob] = [first('ada'), first('bob')];
  const other = look.owner(tracks.findLast((t) => t.person === 'ada')?.track_id ?? '');
  expect(other).not.toBe(ada);
  const refused = { code: 'forbidden', hint: expect.stringContaining('linkPeople') as unknown };
  const edits: EditAsked[] = [
    { action: 'name', identity_id: ada, name: 'Ada' },
    { action: 'enrol', name: 'Ada', images: ['/a.jpg'] },
    { action: 'merge', identity_ids: [ada, other] },
  ];
  for (const edit of edits) await expect(curated.edit(edit)).rejects.toMatchObject(refused);
  await expect(curated.curation.suggestions()).rejects.toMatchObject(refused);
  await curated.edit({ action: 'merge', identity_ids: [ada, bob] });
  expect((await curated.look()).live()).toHaveLength(3);
  await checkUnlinked(curated.library);
});

it('forgets by itself what is older than it may be kept, and nothing when nothing is', async () => {
  const at = await forgettable(using, { one: ['ada'], two: ['bob'] });
  const keeping = (retentionDays: number) =>
    createForgettingService({
      library: () => Promise.resolve(at.curated.library),
      settings: { ...loadSettings({ home: at.home }), retentionDays },
    }).keepWithin(at.jobs);
  expect(await keeping(1)).toBeNull();
  expect(await keeping(1e-9)).toMatchObject({ removed: { videos: 2, people: 2 }, checked: { found: 0 } });
  expect(await at.onDisk(bytesOf(at.tracks))).toBe(0);
});
