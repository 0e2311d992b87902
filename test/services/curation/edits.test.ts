/** What edits do, on made-up people in a real library. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PHOTO_SPAN } from '../../../src/domain/photos.js';
import { newId } from '../../../src/domain/ids.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import type { EditAsked } from '../../../src/services/requests/edit-identities.js';
import { openLibrary } from '../../../src/store/library.js';
import { PACK, temporaryHome } from '../../store/fixtures.js';
import { joinTracks } from '../../support/libraries/join-tracks.js';
import { Curated } from './curated.js';

const using = comparing();

const good = { quality: 0.9 };
/** Three people in two videos, told apart with ease. */
function cast(): { videos: SyntheticTrack[][]; of(person: string): SyntheticTrack[]; cast: SyntheticCast } {
  const made = new SyntheticCast(31);
  const tracks = ['one', 'two'].flatMap((video) =>
    ['ada', 'bob', 'eve'].flatMap((p) => [1, 2, 3].map(() => made.track(p, video, good))),
  );
  return { videos: byVideo(tracks), of: (person) => tracks.filter((t) => t.person === person), cast: made };
}
const ids = (tracks: readonly SyntheticTrack[]) => tracks.map((t) => t.track_id);

/** A library of them, made once: each test edits a copy. */
let untouched: string;
beforeAll(async () => {
  untouched = await mkdtemp(path.join(os.tmpdir(), 'rollcall-three-'));
  const library = await openLibrary({ home: untouched, dimensions: 256, pack: PACK });
  for (const video of cast().videos) await joinTracks(library, video, using);
  await library.close();
}, 60_000);
afterAll(() => rm(untouched, { recursive: true, force: true }));

async function three() {
  const { videos, of, cast: made } = cast();
  const home = await temporaryHome();
  await cp(untouched, home, { recursive: true });
  const curated = await Curated.of(using, [], home);
  const look = await curated.look();
  const id = (person: string) => look.owner(of(person)[0]?.track_id ?? '');
  expect(look.live()).toHaveLength(3);
  return { curated, of, ada: id('ada'), bob: id('bob'), eve: id('eve'), videos, made };
}

it('names, merges and takes back: the old ids are the old people again', async () => {
  const { curated, of, ada, bob } = await three();
  const before = await curated.look();
  await curated.edit(
    { action: 'name', identity_id: ada, name: 'Ada' },
    { action: 'name', identity_id: bob, name: 'Bob' },
  );
  const [merge] = await curated.edit({ action: 'merge', identity_ids: [ada, bob] });
  const merged = await curated.look();
  expect(merged.rows.get(bob)).toMatchObject({ merged_into: ada, track_ids: [] });
  expect(merged.rows.get(ada)).toMatchObject({ name: 'Ada' });
  expect(merge).toMatchObject({
    moved: [{ from: bob, to: ada, appearances: 6, tracks: 6, seconds: 12 }],
    vanished: [{ identity_id: bob, name: 'Bob', merged_into: ada }],
    appeared: [],
  });
  await curated.edit({ action: 'undo', edit_id: merge?.edit_id ?? '' });
  const after = await curated.look();
  expect(after.partition()).toEqual(before.partition());
  for (const [person, id, name] of [
    ['ada', ada, 'Ada'],
    ['bob', bob, 'Bob'],
  ] as const) {
    expect(after.rows.get(id)).toMatchObject({ name, merged_into: null });
    for (const t of of(person)) expect(after.owner(t.track_id)).toBe(id);
  }
});

it('rejects, and keeps to it when the video is indexed again, with the same tracks and with others', async () => {
  const { curated, of, ada, videos } = await three();
  const [wrong, ...rest] = of('ada');
  const track = wrong ?? expect.unreachable();
  const [step] = await curated.edit({ action: 'reject', identity_id: ada, track_ids: [track.track_id] });
  expect(step).toMatchObject({ moved: [{ from: ada, seconds: 2, tracks: 1 }], appeared: [{ name: null }] });
  const video = videos.find((v) => v.includes(track)) ?? [];
  const renewed = video.map((t) => ({ ...t, track_id: newId('track') }));
  const renewal = new Map(video.map((t, k) => [t.track_id, renewed[k]?.track_id ?? '']));
  for (const again of [video, renewed, renewed]) {
    await curated.join(again);
    const look = await curated.look();
    const now = (t: SyntheticTrack) => (again === renewed ? (renewal.get(t.track_id) ?? t.track_id) : t.track_id);
    expect(look.owner(now(track))).not.toBe(ada);
    for (const t of rest) expect(look.owner(now(t))).toBe(ada);
    expect(look.rows.get(look.owner(now(track)))?.split_from).toBe(ada);
  }
});

it('goes on holding a merge of people whom somebody else is said not to be, also when that is taken back', async () => {
  const { curated, of, ada, bob, eve, videos } = await three();
  const [no] = await curated.edit({ action: 'reject', identity_id: eve, identity_ids: [bob] });
  await curated.edit({ action: 'merge', identity_ids: [ada, bob] });
  await curated.edit({ action: 'reject', identity_id: eve, identity_ids: [ada] });
  const together = async () => {
    for (const video of videos) await curated.join(video);
    const look = await curated.look();
    return new Set([...of('ada'), ...of('bob')].map((t) => look.owner(t.track_id)));
  };
  expect(await together()).toEqual(new Set([ada]));
  await curated.edit({ action: 'undo', edit_id: no?.edit_id ?? '' });
  expect(await together()).toEqual(new Set([ada]));
});

it('splits and assigns, against what faces look like, also into one frame', async () => {
  const { curated, of, ada, bob, made } = await three();
  const [a, b, c] = of('ada').map((t) => t.track_id);
  const [split] = await curated.edit({ action: 'split', identity_id: ada, track_ids: [a ?? '', b ?? ''] });
  const fresh = split?.appeared[0]?.identity_id ?? expect.unreachable();
  await curated.edit({ action: 'assign', identity_id: bob, track_ids: [c ?? ''] });
  await curated.join([made.track('ada', 'three', good), made.track('bob', 'three', good)]);
  const look = await curated.look();
  expect([a, b, c].map((t) => look.owner(t ?? ''))).toEqual([fresh, fresh, bob]);
  expect(look.rows.get(fresh)).toMatchObject({ split_from: ada });
  // Two tracks of one video at one moment are two people, unless somebody says otherwise.
  const twice = [0, 1].map((k) =>
    made.track(k ? 'bob' : 'eve', 'four', { ...good, presence: [{ start_s: 1, end_s: 3 }] }),
  );
  await curated.join(twice);
  await curated.edit({ action: 'assign', identity_id: bob, track_ids: ids(twice) });
  await curated.join(twice);
  const last = await curated.look();
  expect(ids(twice).map((t) => last.owner(t))).toEqual([bob, bob]);
});

it('finds tracks by their appearances', async () => {
  const { curated, of, ada } = await three();
  const [t] = of('ada');
  const span = { video_id: t?.video_id ?? '', start_s: 0, end_s: 2 };
  const [step] = await curated.edit({ action: 'split', identity_id: ada, appearances: [span] });
  expect((await curated.look()).owner(t?.track_id ?? '')).toBe(step?.appeared[0]?.identity_id);
});

it('names the earlier edit that a later one contradicts, and changes nothing', async () => {
  const { curated, of, ada, bob, eve } = await three();
  const [first, second] = ids(of('ada'));
  const [split] = await curated.edit({ action: 'split', identity_id: ada, track_ids: [first ?? ''] });
  const apart = split?.appeared[0]?.identity_id ?? '';
  const [reject] = await curated.edit({ action: 'reject', identity_id: ada, track_ids: [second ?? ''] });
  const [merge] = await curated.edit({ action: 'merge', identity_ids: [bob, eve] });
  const before = await curated.look();
  for (const [edit, earlier] of [
    [{ action: 'merge', identity_ids: [ada, apart] }, split],
    [{ action: 'assign', identity_id: ada, track_ids: [second ?? ''] }, reject],
    [{ action: 'assign', identity_id: bob, track_ids: [first ?? ''] }, split],
    [{ action: 'split', identity_id: bob, track_ids: ids(of('eve')) }, merge],
  ] as const)
    for (const attempt of ['dryRun', 'edit'] as const)
      await expect(curated[attempt](edit as never)).rejects.toMatchObject({
        code: 'contradiction',
        message: expect.stringContaining(earlier?.edit_id ?? '?') as unknown,
      });
  expect(await curated.look()).toEqual(before);
});

it('does all edits of a list or none, and a dry run does none and says the same', async () => {
  const { curated, ada, bob, of } = await three();
  const before = await curated.look();
  await expect(
    curated.edit(
      { action: 'name', identity_id: ada, name: 'Ada' },
      { action: 'name', identity_id: newId('identity'), name: 'X' },
    ),
  ).rejects.toMatchObject({
    code: 'unknown_id',
    message: expect.stringMatching(/^edits\.1 \(name identity_\w+\): There is no identity/) as unknown,
    hint: expect.stringMatching(/None of the 2 edits was made\.$/) as unknown,
  });
  const list = [
    { action: 'merge', identity_ids: [ada, bob] },
    { action: 'reject', identity_id: ada, track_ids: [of('bob')[0]?.track_id ?? ''] },
  ] as const;
  const said = await curated.dryRun(...(list as never as [never]));
  expect([await curated.look(), await curated.library.edits()]).toEqual([before, []]);
  const done = await curated.edit(...(list as never as [never]));
  const plain = (steps: typeof said) =>
    steps.map((s) => ({
      ...s,
      edit_id: null,
      appeared: s.appeared.length,
      moved: s.moved.map((m) => ({ ...m, to: '' })),
    }));
  expect(plain(done)).toEqual(plain(said));
});

it('goes back to a moment', async () => {
  const { curated, ada, bob, eve, of } = await three();
  const before = await curated.look();
  const [name] = await curated.edit({ action: 'name', identity_id: ada, name: 'Ada' });
  await curated.edit({ action: 'merge', identity_ids: [ada, bob] });
  await curated.edit({ action: 'name', identity_id: ada, name: 'Both' }, { action: 'merge', identity_ids: [eve, ada] });
  await curated.edit({ action: 'split', identity_id: eve, track_ids: ids(of('ada')).slice(0, 2) });
  await curated.edit({ action: 'undo', to: name?.edit_id ?? '' });
  const after = await curated.look();
  expect(after.partition()).toEqual(before.partition());
  for (const row of before.live()) expect(after.rows.get(row.identity_id)?.track_ids).toEqual(row.track_ids);
  expect(after.rows.get(ada)?.name).toBe('Ada');
  await curated.edit({ action: 'undo', to: 0 });
  expect((await curated.look()).rows.get(ada)?.name).toBeNull();
});

it('takes back an edit in the middle: what was said later of its people does not keep them', async () => {
  const { curated, ada, bob, of } = await three();
  const [merge] = await curated.edit({ action: 'merge', identity_ids: [ada, bob] });
  await curated.edit({ action: 'name', identity_id: ada, name: 'Ada' });
  await curated.edit({ action: 'reject', identity_id: ada, track_ids: [of('ada')[0]?.track_id ?? ''] });
  await curated.edit({ action: 'undo', edit_id: merge?.edit_id ?? '' });
  const look = await curated.look();
  for (const t of of('bob')) expect(look.owner(t.track_id)).toBe(bob);
  for (const t of of('ada').slice(1)) expect(look.owner(t.track_id)).toBe(ada);
  expect(look.rows.get(ada)?.name).toBe('Ada');
  expect(look.rows.get(bob)?.name).toBeNull();
});

it('takes names for ids, says whom it took for meant, and does not guess', async () => {
  const { curated, ada, bob, eve } = await three();
  const said = await curated.edit(
    { action: 'name', identity_id: ada, name: 'Ada Lovelace' },
    { action: 'name', identity_id: bob, name: 'Bób Love' },
    { action: 'name', identity_id: 'LOVELACE', name: 'Ada King' },
    { action: 'merge', identity_ids: ['king, ada', eve] },
    { action: 'ignore', identity_id: 'bob' },
  );
  expect(said.map((s) => s.meant)).toEqual([
    [],
    [],
    [{ asked: 'LOVELACE', identity_id: ada, name: 'Ada Lovelace' }],
    [{ asked: 'king, ada', identity_id: ada, name: 'Ada King' }],
    [{ asked: 'bob', identity_id: bob, name: 'Bób Love' }],
  ]);
  expect((await curated.look()).person(eve).identity_id).toBe(ada);
  await curated.edit({ action: 'name', identity_id: ada, name: 'Ada Love' });
  const before = await curated.look();
  await expect(curated.edit({ action: 'name', identity_id: 'love', name: 'X' })).rejects.toMatchObject({
    code: 'ambiguous',
    message: expect.stringMatching(new RegExp(`${ada}.*${bob}|${bob}.*${ada}`)) as unknown,
  });
  await expect(curated.edit({ action: 'name', identity_id: 'Nobody', name: 'X' })).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('Ada Love') as unknown,
  });
  expect(await curated.look()).toEqual(before);
});

it('says of a merge of two who are on screen at one moment what speaks against it', async () => {
  const { curated, of, ada, bob, eve, made } = await three();
  const shared = { presence: [{ start_s: 500, end_s: 520 }] };
  const beside = ['ada', 'bob'].map((p) => ({ ...made.track(p, 'three', good), ...shared, start_s: 500, end_s: 520 }));
  await curated.join(beside);
  const said = async (...identity_ids: string[]) =>
    (await curated.curation.edit({ edits: [{ action: 'merge', identity_ids }], dry_run: true }, 'test')).hint;
  expect(await said(ada, bob)).toContain(
    `${bob} was on screen beside ${ada} for 20.0 s of ${beside[0]?.video_id ?? ''}: one person only where a mirror`,
  );
  expect(await said(ada, eve)).toBe('Nothing was changed: the same without dry_run does it.');
  // A photo has no seconds: it is told by itself, and the first of several.
  const photos = ['p', 'q'].map((photo) =>
    ['bob', 'eve'].map((p) => ({ ...made.track(p, photo, good), ...PHOTO_SPAN, presence: [{ ...PHOTO_SPAN }] })),
  );
  await curated.join(photos[0] ?? []);
  const where = photos.map((tracks) => tracks[0]?.video_id ?? '');
  expect(await said(bob, eve)).toContain(
    `${eve} is beside ${bob} in ${where[0] ?? ''}: one person only where a mirror`,
  );
  await curated.join(photos[1] ?? []);
  expect(await said(bob, eve)).toMatch(new RegExp(`${eve} is beside ${bob} in 2 photos, as in (${where.join('|')}):`));
  expect(of('ada')).not.toHaveLength(0);
});

it('says who else has a name that was given, once all edits are done', async () => {
  const { curated, ada, bob, eve } = await three();
  const said = async (...edits: EditAsked[]) => (await curated.curation.edit({ edits, dry_run: false }, 'test')).hint;
  const name = (identity_id: string, name: string): EditAsked => ({ action: 'name', identity_id, name });
  expect(await said(name(ada, 'Ada  Lovelace'), name(bob, 'Bob'))).not.toContain('called');
  expect(await said(name(eve, 'ada lovelace'))).toMatch(
    new RegExp(`^1 other is called "ada lovelace" beside ${eve}: ${ada}\\. .*\\{edit_identities merge\\}`),
  );
  // A large library reads names for it alone.
  const large = curated.editing(curated.library, 0);
  const { hint } = await large.edit({ edits: [name(bob, 'Lovelace, Ada')], dry_run: true }, 'test');
  expect(hint).toMatch(/^2 others are called "Lovelace, Ada"/);
  for (const id of [ada, eve]) expect(hint).toContain(id);
  expect(await said({ action: 'merge', identity_ids: [ada, eve] }, name(ada, 'Ada Lovelace'))).not.toContain('called');
});

it('says which edit of a list is wrong, what it was, and that none was made, however it is wrong', async () => {
  const { curated, ada, bob } = await three();
  const right: EditAsked = { action: 'name', identity_id: ada, name: 'Ada' };
  for (const [wrong, message] of [
    [{ action: 'merge', identity_ids: [bob] }, /^edits\.1 \(merge identity_\w+\): merge: two identities/],
    [{ action: 'ignore', identity_id: 'Zoe' }, /^edits\.1 \(ignore Zoe\): No one in the library is called "Zoe"/],
    [{ action: 'name', identity_id: bob, name: 'P7' }, /^edits\.1 \(name identity_\w+\): name: "P7" can't be a name/],
    [{ action: 'undo', to: 4 }, /^edits\.1 \(undo 4\): undo: there is no edit/],
  ] as const)
    for (const attempt of ['dryRun', 'edit'] as const)
      await expect(curated[attempt](right, wrong as EditAsked, right)).rejects.toMatchObject({
        message: expect.stringMatching(message) as unknown,
        hint: expect.stringMatching(/None of the 3 edits was made\.$/) as unknown,
      });
  expect((await curated.look()).person(ada).name).toBeNull();
  // One that stands alone needs no number.
  await expect(curated.edit({ action: 'ignore', identity_id: 'Zoe' })).rejects.toMatchObject({
    message: 'No one in the library is called "Zoe".',
  });
});

it('calls nobody by what reads as an id; a library where somebody is called so opens, and is put right', async () => {
  const { curated, ada, bob, made } = await three();
  curated.takePhoto('new.jpg', made.track('new', 'photos', good));
  for (const name of ['P1', ' p12 ', 'V3', 'P 1', 'Ｐ１', 'P-07', ada, 'Track_x', 'identity_me'])
    for (const edit of [
      { action: 'name', identity_id: ada, name },
      { action: 'enrol', name, images: ['new.jpg'] },
    ] as const)
      await expect(curated.edit(edit as never), name).rejects.toMatchObject({
        code: 'bad_argument',
        message: expect.stringContaining("can't be a name, since it reads as an id") as unknown,
      });
  for (const name of ['P', 'Pia 2', 'Victor', 'P1ppa', 'V.I. Warshawski', '2 Chainz'])
    await curated.edit({ action: 'name', identity_id: ada, name });
  // As earlier programs let it be.
  const [row] = (await curated.library.identities()).filter((i) => i.identity_id === bob);
  await curated.library.write(async (writer) => {
    await writer.putIdentities([{ ...(row ?? expect.unreachable()), name: 'P1' }]);
    await writer.appendEdits([
      {
        edit_id: newId('edit'),
        created_at: new Date().toISOString(),
        body: {
          kind: 'edit',
          v: 1,
          by: 'earlier',
          why: null,
          edit: { action: 'name', identity_id: bob, name: 'P1' },
          before: [{ identity_id: bob, name: null, track_ids: row?.track_ids ?? [] }],
        },
      },
    ]);
  });
  await curated.join([made.track('bob', 'three', good)]);
  expect((await curated.look()).person(bob)).toMatchObject({ name: 'P1' });
  const [step] = await curated.edit({ action: 'name', identity_id: 'P1', name: 'Bob' });
  expect(step?.renamed).toEqual([{ identity_id: bob, from: 'P1', to: 'Bob' }]);
});
