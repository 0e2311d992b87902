/** What there is in a library that was edited. */
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { createLibraryService } from '../../../src/services/library/library-service.js';
import { loadSettings } from '../../../src/config/settings.js';
import { folderBytes, rememberedFolderBytes } from '../../../src/store/files/folder-bytes.js';
import { temporaryHome } from '../../store/fixtures.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { SyntheticCast } from '../../../lab/faces/synthetic-tracks.js';
import { Curated } from '../curation/curated.js';

const using = comparing();

it('lists videos and edits, and says how the library stands', async () => {
  const cast = new SyntheticCast(7);
  const tracks = ['one', 'two'].flatMap((video) =>
    ['ada', 'bob'].flatMap((p) => [1, 2].map(() => cast.track(p, video, { quality: 0.9 }))),
  );
  const alone = cast.track('eve', 'two', { quality: 0.9 });
  const curated = await Curated.of(using, byVideo([...tracks, alone]));
  const look = await curated.look();
  const id = (person: string) => look.owner(tracks.find((t) => t.person === person)?.track_id ?? '');
  const service = createLibraryService({
    library: () => Promise.resolve(curated.library),
    view: createViewReader(() => Promise.resolve(curated.library)),
    calibration: () =>
      Promise.resolve({ ...using.pipeline().pack.calibration, calibration_id: null, decides: 'strict' as const }),
    settings: loadSettings({ home: await temporaryHome() }),
  });
  const eve = look.owner(alone.track_id);
  await curated.edit({ action: 'name', identity_id: id('ada'), name: 'Ada' });
  const [merge] = await curated.edit({ action: 'merge', identity_ids: ['Ada', id('bob')] });
  const [undo] = await curated.edit({ action: 'undo', edit_id: merge?.edit_id ?? '' });
  await curated.edit({ action: 'ignore', identity_id: eve });
  await curated.edit({ action: 'reject', identity_id: 'Ada', track_ids: [alone.track_id] });

  const log = await service.log();
  expect(log).toMatchObject([
    { action: 'reject', changed: expect.stringMatching(/^1 track is not Ada /) },
    { action: 'ignore', changed: `${eve} is left out of lists`, undone_by: null },
    { action: 'undo', edit_id: undo?.edit_id, changed: `took back ${merge?.edit_id}`, undone_by: null },
    {
      action: 'merge',
      by: 'test',
      why: null,
      changed: `${id('bob')} became one with Ada (${id('ada')})`,
      identity_ids: [id('ada'), id('bob')],
      undone_by: undo?.edit_id,
    },
    { action: 'name', changed: `${id('ada')} is called Ada`, seq: 1 },
  ]);
  expect(log.map((e) => Date.parse(e.at))).not.toContain(NaN);

  const { videos } = await service.videos();
  const byId = new Map(videos.map((v) => [v.video_id, v]));
  expect(byId.get(tracks[0]?.video_id ?? '')).toMatchObject({ people: 2, names: ['Ada'] });
  expect(byId.get(alone.video_id)).toMatchObject({ people: 3, names: ['Ada'] });
  expect(await service.state()).toMatchObject({
    videos: 2,
    people: 3,
    named: 1,
    ignored: 1,
    tracks: 9,
    edits: 5,
    edits_in_force: 3,
    calibration: { calibration_id: null, operating_point: 'strict' },
    last_edits: log,
  });
});

it('counts the bytes of a folder without its cache', async () => {
  const home = await temporaryHome();
  for (const [file, size] of [
    ['a', 10],
    ['deep/er/b', 5],
    ['cache/c', 1000],
    ['deep/cache/d', 3],
  ] as const) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), 'x'.repeat(size));
  }
  expect(await folderBytes(home, ['cache'])).toBe(18);
  await expect(folderBytes(home, [], AbortSignal.abort())).rejects.toThrow();
  await rm(home, { recursive: true });
  expect(await folderBytes(home)).toBe(0);
});

it('counts the bytes of folders of LanceDB again where something came or went, and of others always', async () => {
  const home = await temporaryHome();
  const at = (...parts: string[]) => path.join(home, ...parts);
  const [tracks, owners] = [at('library.lance', 'tracks.lance', 'data'), at('library.lance', 'owners.lance')];
  for (const folder of [tracks, owners, at('audit')]) {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'one'), 'x'.repeat(10));
  }
  const longAgo = async (folder: string) => utimes(folder, 1000, 1000);
  for (const folder of [tracks, owners, at('audit')]) await longAgo(folder);
  const bytes = rememberedFolderBytes();
  expect(await bytes(home)).toBe(30);
  // A file that is written once is not asked again; what is not LanceDB's may have grown.
  await writeFile(path.join(owners, 'one'), 'x'.repeat(15));
  await longAgo(owners);
  await writeFile(at('audit', 'one'), 'x'.repeat(17));
  await longAgo(at('audit'));
  expect(await bytes(home)).toBe(37);
  // What was changed just now may still be being written.
  await writeFile(path.join(tracks, 'two'), 'x'.repeat(3));
  expect(await bytes(home)).toBe(40);
  await writeFile(path.join(tracks, 'two'), 'x'.repeat(5));
  expect(await bytes(home)).toBe(42);
  await rm(owners, { recursive: true });
  expect(await bytes(home)).toBe(32);
});
