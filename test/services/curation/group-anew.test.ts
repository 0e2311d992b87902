/** A library grouped anew: what was grouped badly comes right, and what people said holds. */
import { readdir } from 'node:fs/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { loadSettings } from '../../../src/config/settings.js';
import { newId } from '../../../src/domain/ids.js';
import { createServices } from '../../../src/services/create-services.js';
import type { WorkContext } from '../../../src/services/progress.js';
import type { Library } from '../../../src/store/api.js';
import { temporaryHome } from '../../store/fixtures.js';
import { makeIdentity, makeTrack, makeVideo } from '../../store/rows.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { Curated } from './curated.js';

const using = comparing();

it('mends people who were cut in two or made one, keeps names, ids and edits, and tells before it does', async () => {
  const cast = new SyntheticCast(41);
  const tracks = cast.library(12, 90);
  const curated = await Curated.of(using, byVideo(tracks));
  const right = (await curated.look()).partition();
  const [one, other, third, fourth] = (await curated.look())
    .live()
    .toSorted((a, b) => b.track_ids.length - a.track_ids.length);
  if (!one || !other || !third || !fourth) expect.unreachable('too few people');
  await curated.edit({ action: 'name', identity_id: one.identity_id, name: 'Ada' });
  // Somebody says that a track of the third is of somebody else, and that the fourth and the first's last are one.
  const [away = ''] = third.track_ids;
  await curated.edit({ action: 'reject', identity_id: third.identity_id, track_ids: [away] });
  const said = await curated.look();
  const strange = said.owner(away);
  expect(strange).not.toBe(third.identity_id);
  // Ada is cut in two, and the second is part of the fourth, as worse rules might have had it.
  const cut = one.track_ids.slice(0, 2);
  const ada = said.rows.get(one.identity_id) ?? expect.unreachable();
  await curated.library.write((writer) =>
    writer.putIdentities([
      { ...ada, track_ids: ada.track_ids.filter((t) => !cut.includes(t)) },
      { ...ada, identity_id: newId('identity'), name: null, track_ids: cut },
      { ...fourth, track_ids: [...fourth.track_ids, ...other.track_ids] },
      { ...other, track_ids: [], merged_into: fourth.identity_id },
    ]),
  );
  const wrong = await curated.look();
  const told = await curated.curation.groupAnew(true);
  expect((await curated.look()).partition()).toEqual(wrong.partition());
  expect(told).toMatchObject({ dry_run: true, tracks: 90, people_before: wrong.live().length, refused: 0 });
  const done = await curated.curation.groupAnew(false);
  expect({ ...done, hint: '' }).toEqual({ ...told, dry_run: false, hint: '' });
  const now = await curated.look();
  expect([done.joined, done.parted, done.people_after]).toEqual([1, 1, now.live().length]);
  // As it was before it was spoilt, but for what was said.
  expect(now.partition()).toEqual(said.partition());
  expect(now.partition()).not.toEqual(right);
  expect(now.owner(cut[0] ?? '')).toBe(one.identity_id);
  expect(now.person(one.identity_id).name).toBe('Ada');
  expect(now.owner(away)).not.toBe(now.owner(third.track_ids[1] ?? ''));
  // Nothing is left to do.
  expect(await curated.curation.groupAnew(false)).toMatchObject({ joined: 0, parted: 0, tracks_moved: 0 });
}, 60_000);

/** A library in which something happens after it was grouped, before the outcome is written. */
function happening(library: Library, event: () => Promise<unknown>): Library {
  const write: Library['write'] = async (fn, signal) => {
    await event();
    return library.write(fn, signal);
  };
  return new Proxy(library, {
    get(target, name) {
      const value: unknown = name === 'write' ? write : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** How grouping goes on, without numbers. */
function steps(): { stages: string[]; onProgress: NonNullable<WorkContext['onProgress']> } {
  const stages: string[] = [];
  return { stages, onProgress: ({ fraction, stage }) => stages.push(`${fraction} ${stage.replace(/\d+/, 'n')}`) };
}
const ONCE = ['0 reading the library', '0.1 grouping n tracks'],
  AGAIN = ['0.5 reading the library', '0.6 grouping n tracks'],
  WRITING = '0.9 writing';

it('holds up nobody while it groups, and groups what came meanwhile too', async () => {
  const cast = new SyntheticCast(42);
  const [first = [], ...rest] = byVideo(cast.library(8, 60));
  const curated = await Curated.of(using, rest);
  const [ada] = (await curated.look()).live();
  const quiet = steps();
  await curated.curation.groupAnew(false, quiet);
  expect(quiet.stages).toEqual([...ONCE, WRITING]);
  const { stages, onProgress } = steps();
  const meanwhile = happening(curated.library, async () => {
    stages.push('another writes');
    await curated.join(first);
    await curated.edit({ action: 'name', identity_id: ada?.identity_id ?? '', name: 'Ada' });
  });
  const done = await curated.editing(meanwhile).groupAnew(false, { onProgress });
  expect(stages).toEqual([...ONCE, 'another writes', ...AGAIN, WRITING]);
  const now = await curated.look();
  expect(done).toMatchObject({ tracks: 60, people_after: now.live().length });
  for (const { track_id } of first) now.owner(track_id);
  expect(now.person(ada?.identity_id ?? '').name).toBe('Ada');
}, 30_000);

it('leaves the library as it was when it is told to stop, wherever it is', async () => {
  const curated = await Curated.of(using, byVideo(new SyntheticCast(43).library(8, 60)));
  const [one, other] = (await curated.look()).live();
  if (!one || !other) expect.unreachable('too few people');
  await curated.library.write((writer) =>
    writer.putIdentities([
      { ...one, track_ids: [...one.track_ids, ...other.track_ids] },
      { ...other, track_ids: [], merged_into: one.identity_id },
    ]),
  );
  const { mark } = await curated.library.snapshot();
  for (const at of [...ONCE, WRITING]) {
    const stop = new AbortController();
    const { stages, onProgress } = steps();
    const grouping = curated.curation.groupAnew(false, {
      signal: stop.signal,
      onProgress(progress) {
        onProgress(progress);
        if (stages.at(-1) === at) stop.abort();
      },
    });
    await expect(grouping).rejects.toThrow();
    expect(stages.at(-1)).toBe(at);
    expect((await curated.library.snapshot()).mark).toBe(mark);
  }
  expect(await curated.curation.groupAnew(false)).toMatchObject({ parted: 1 });
}, 30_000);

it('makes no library where there is none, and does nothing long where it may not write', async () => {
  const home = await temporaryHome();
  const services = (readOnly: boolean) => createServices(loadSettings({ home, readOnly }), pino({ level: 'silent' }));
  for (const dry_run of [true, false]) {
    const { curation, close } = services(false);
    await expect(curation.groupAnew(dry_run)).rejects.toMatchObject({ code: 'not_found' });
    await close();
  }
  expect(await readdir(home)).not.toContain('library.json');
  const { curation, close } = services(true);
  await expect(curation.groupAnew(false)).rejects.toMatchObject({ code: 'read_only' });
  await close();
});

/** Puts footage into a library without a look at who is in it: each track is somebody of its own. */
async function putUngrouped(library: Library, tracks: readonly SyntheticTrack[]): Promise<void> {
  for (const video of byVideo(tracks)) {
    const run_id = newId('run'),
      video_id = video[0]?.video_id ?? '';
    await library.write(async (writer) => {
      await writer.stageTracks(
        video.map(({ person: _, ...track }) =>
          makeTrack(video_id, run_id, { ...track, presence: [...track.presence] }),
        ),
      );
      await writer.commitVideo(makeVideo(video_id, run_id));
      await writer.putIdentities(video.map(({ track_id }) => makeIdentity({ track_ids: [track_id] })));
    });
  }
}

it('knows whom photos show, and remembers that it did; of a large library too it looks at all', async () => {
  const cast = new SyntheticCast(44);
  const curated = await Curated.of(using, []);
  curated.takePhoto('ada.jpg', cast.track('ada', 'photos', { quality: 0.9 }));
  const [step] = await curated.edit({ action: 'enrol', name: 'Ada', images: ['ada.jpg'] });
  const id = step?.enrolled?.identity_id ?? expect.unreachable();
  const tracks = ['one', 'two', 'three'].flatMap((video) =>
    ['ada', 'bob', 'eve'].map((person) => cast.track(person, video, { quality: 0.9 })),
  );
  await putUngrouped(curated.library, tracks);
  const before = await curated.library.edits();
  const told = await curated.curation.groupAnew(true);
  expect(await curated.editing(curated.library, 0).groupAnew(false)).toMatchObject({
    ...told,
    dry_run: false,
    hint: expect.any(String) as string,
  });
  expect(told).toMatchObject({ people_before: 9, people_after: 3 });
  const now = await curated.look();
  const ada = tracks.filter((t) => t.person === 'ada').map((t) => t.track_id);
  expect(now.rows.get(id)).toMatchObject({ name: 'Ada', track_ids: ada.toSorted() });
  const [recognised, ...others] = (await curated.library.edits()).slice(before.length);
  expect(recognised?.body).toMatchObject({ kind: 'recognised', edit_id: step?.edit_id });
  expect(others).toEqual([]);
}, 30_000);

it('does not make one person of many at once', async () => {
  const cast = new SyntheticCast(45);
  const curated = await Curated.of(using, []);
  const tracks = Array.from({ length: 14 }, (_, k) => cast.track('ada', `video ${k % 4}`, { quality: 0.9 }));
  await putUngrouped(curated.library, tracks);
  const { mark } = await curated.library.snapshot();
  expect(await curated.curation.groupAnew(false)).toMatchObject({ refused: 14, joined: 0, tracks_moved: 0 });
  // Nobody is other than before, so nothing is written.
  expect((await curated.library.snapshot()).mark).toBe(mark);
}, 30_000);
