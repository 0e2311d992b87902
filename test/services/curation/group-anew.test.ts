/** A library grouped anew: what was grouped badly comes right, and what people said holds. */
import { expect, it } from 'vitest';
import { SyntheticCast } from '../../../lab/faces/synthetic-tracks.js';
import { newId } from '../../../src/domain/ids.js';
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
