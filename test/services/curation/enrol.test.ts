/** People who are known by photos, before or after they are seen. */
import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { readEditLog } from '../../../src/domain/edits/edit-log.js';
import { replayEdits } from '../../../src/domain/edits/edits.js';
import { editHistory } from '../../../src/services/library/edit-history.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { Curated } from './curated.js';

const using = comparing();
const good = { quality: 0.9 };

function footage(seed: number) {
  const cast = new SyntheticCast(seed);
  const tracks = ['one', 'two'].flatMap((video) =>
    ['ada', 'bob', 'eve'].flatMap((p) => [1, 2, 3].map(() => cast.track(p, video, good))),
  );
  const of = (person: string) => tracks.filter((t) => t.person === person);
  return { cast, tracks, videos: byVideo(tracks), of };
}
const ids = (tracks: readonly SyntheticTrack[]) => tracks.map((t) => t.track_id).sort();

it('knows somebody by a photo before any footage, through indexing again, until it is undone', async () => {
  const { cast, videos, of } = footage(41);
  const curated = await Curated.of(using, []);
  curated.takePhoto('ada.jpg', cast.track('ada', 'photos', good));
  const [step] = await curated.edit({ action: 'enrol', name: 'Ada', images: ['ada.jpg'] });
  const id = step?.enrolled?.identity_id ?? expect.unreachable();
  expect((await curated.look()).rows.get(id)).toMatchObject({ name: 'Ada', track_ids: [], merged_into: null });
  expect(step).toMatchObject({ moved: [], enrolled: { photos: [{ source: 'ada.jpg', faces: 1 }], undecided: [] } });
  for (const video of videos) await curated.join(video);
  const seen = await curated.look();
  expect(seen.rows.get(id)?.track_ids).toEqual(ids(of('ada')));
  expect(seen.rows.get(id)?.name).toBe('Ada');
  expect(seen.live()).toHaveLength(3);
  // Held from now on as if they had been there when the edit was made: no other person of an edit swallows them.
  const log = readEditLog(await curated.library.edits());
  const [came] = of('ada');
  expect(replayEdits(log).homes.get(came?.track_id ?? '')).toEqual({
    identity_id: id,
    strength: 'near',
    edit_id: step?.edit_id,
  });
  const [told] = editHistory(log);
  expect(told?.changed).toMatch(new RegExp(`^1 photo of Ada \\(${id}\\), recognised in [1-6] tracks? since$`));
  const [first = []] = videos;
  const renewed = first.map((t) => ({ ...t, track_id: newId('track') }));
  for (const again of [renewed, first, first]) {
    await curated.join(again);
    const look = await curated.look();
    for (const t of again) expect(look.owner(t.track_id) === id).toBe(t.person === 'ada');
    expect(look.rows.get(id)?.name).toBe('Ada');
  }
  await curated.edit({ action: 'undo', edit_id: step?.edit_id ?? '' });
  const after = await curated.look();
  expect(after.live().map((r) => r.name)).toEqual([null, null, null]);
  expect(after.partition()).toEqual((await (await Curated.of(using, videos)).look()).partition());
  await curated.join([cast.track('ada', 'three', good)]);
  expect((await curated.look()).live().map((r) => r.name)).toEqual([null, null, null]);
});

it('knows somebody by a photo after they were seen; the old id leads on, and comes back', async () => {
  const { cast, videos, of } = footage(42);
  const curated = await Curated.of(using, videos);
  const before = await curated.look();
  const was = before.owner(of('bob')[0]?.track_id ?? '');
  curated.takePhoto('bob.jpg', cast.track('bob', 'photos', good));
  const wanted = { action: 'enrol', name: 'Bob', images: ['bob.jpg'] } as const;
  const [dry] = await curated.dryRun({ ...wanted, images: [...wanted.images] });
  expect([await curated.look(), await curated.library.references()]).toEqual([before, []]);
  const [step] = await curated.edit({ ...wanted, images: [...wanted.images] });
  const id = step?.enrolled?.identity_id ?? '';
  expect(step).toMatchObject({
    moved: [{ from: was, to: id, tracks: 6, seconds: 12 }],
    vanished: [{ identity_id: was, merged_into: id }],
  });
  expect(dry?.moved.map((m) => m.tracks)).toEqual([6]);
  const now = await curated.look();
  expect(now.person(was)).toMatchObject({ identity_id: id, name: 'Bob', track_ids: ids(of('bob')) });
  await curated.edit({ action: 'undo', edit_id: step?.edit_id ?? '' });
  const after = await curated.look();
  expect(after.rows.get(was)).toMatchObject({ merged_into: null, name: null, track_ids: ids(of('bob')) });
  expect(after.partition()).toEqual(before.partition());
});

it('more photos go to the one who is called so; a name is needed once', async () => {
  const { cast, videos, of } = footage(43);
  const curated = await Curated.of(using, videos);
  const eve = (await curated.look()).owner(of('eve')[0]?.track_id ?? '');
  curated.takePhoto('eve.jpg', cast.track('eve', 'photos', good));
  await expect(curated.edit({ action: 'enrol', identity_id: eve, images: ['eve.jpg'] })).rejects.toMatchObject({
    code: 'bad_argument',
  });
  await curated.edit({ action: 'name', identity_id: eve, name: 'Eve Moss' });
  const [step] = await curated.edit({ action: 'enrol', name: 'MOSS, Eve', images: ['eve.jpg', 'eve.jpg'] });
  expect(step?.enrolled).toMatchObject({ identity_id: eve, photos: [{}, {}], undecided: [] });
  const [other] = await curated.edit({ action: 'enrol', name: 'Eve', images: ['eve.jpg'] });
  expect(other?.enrolled?.identity_id).not.toBe(eve);
  // Of somebody with a name only a person says that they are one.
  expect(other?.enrolled?.undecided).toMatchObject([{ identity_id: eve, name: 'Eve Moss' }]);
  expect((await curated.look()).rows.get(eve)?.track_ids).toEqual(ids(of('eve')));
});

it('does not give somebody whom an edit keeps away, nor whom two photos fit alike', async () => {
  const { cast, videos, of } = footage(44);
  const curated = await Curated.of(using, videos);
  curated.takePhoto('ada.jpg', cast.track('ada', 'photos', good));
  const [first] = await curated.edit({ action: 'enrol', name: 'Ada', images: ['ada.jpg'] });
  const ada = first?.enrolled?.identity_id ?? '';
  const [one] = ids(of('ada'));
  await curated.edit({ action: 'reject', identity_id: ada, track_ids: [one ?? ''] });
  for (const video of videos) await curated.join(video);
  expect((await curated.look()).owner(one ?? '')).not.toBe(ada);
  const fresh = await Curated.of(using, []);
  fresh.takePhoto('ada.jpg', cast.track('ada', 'photos', good));
  const both = await fresh.edit(
    { action: 'enrol', name: 'Ada One', images: ['ada.jpg'] },
    { action: 'enrol', name: 'Ada Two', images: ['ada.jpg'] },
  );
  for (const video of videos) await fresh.join(video);
  const look = await fresh.look();
  expect(both.map((s) => look.rows.get(s.enrolled?.identity_id ?? '')?.track_ids)).toEqual([[], []]);
});
