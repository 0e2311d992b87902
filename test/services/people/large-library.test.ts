/** Joining a library by a part of it: a real one, with made-up faces. */
import { describe, expect, it } from 'vitest';
import { bcubed } from '../../../lab/measures/bcubed.js';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { newId } from '../../../src/domain/ids.js';
import type { EditBody } from '../../../src/domain/edits/edit-log.js';
import { PartOfLibrary } from '../../../src/services/people/part-of-library.js';
import type { Library } from '../../../src/store/api.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import { makeIdentity, makeReference, open, temporaryHome } from '../../store/fixtures.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { joinTracks } from '../../support/libraries/join-tracks.js';
import { countingWhole } from '../../support/libraries/whole-reads.js';

const using = comparing();
const AT = '2026-01-01T00:00:00Z';
/** However small the library is. */
const ALWAYS = -1;
const openLarge = async () => open(await temporaryHome(), { dimensions: 256 });

/** Which identity each track is of. */
async function ownersIn(library: Library, tracks: readonly SyntheticTrack[]): Promise<string[]> {
  const owners = await library.ownersOf(tracks.map((t) => t.track_id));
  return tracks.map((t) => owners.get(t.track_id) ?? expect.unreachable('a track without identity'));
}

describe('a library that is joined by a part of it', () => {
  it('groups as one that is compared whole, in any order, and reads none of it whole', async () => {
    const tracks = new SyntheticCast(5).library(30, 120);
    const videos = byVideo(tracks);
    const truth = tracks.map((t) => t.person);
    const f: number[] = [];
    for (const [meetFrom, order] of [
      [Infinity, videos],
      [ALWAYS, videos],
      [ALWAYS, videos.toReversed()],
    ] as const) {
      const { library, whole } = countingWhole(await openLarge());
      for (const video of order) await joinTracks(library, video, using, meetFrom);
      f.push(bcubed(await ownersIn(library, tracks), truth).f);
      if (meetFrom === ALWAYS) expect(whole).toEqual([]);
    }
    const [compared = 0, ...parts] = f;
    expect(compared).toBeGreaterThan(0.95);
    for (const part of parts) expect(Math.abs(part - compared)).toBeLessThan(0.01);
  });

  it('changes nobody when a video joins again with the same tracks', async () => {
    const library = await openLarge();
    const videos = byVideo(new SyntheticCast(21).library(20, 60));
    for (const video of videos) await joinTracks(library, video, using, ALWAYS);
    const people = async () =>
      (await library.identities()).map((row) => ({ ...row, track_ids: [...row.track_ids].sort(), updated_at: '' }));
    const before = await people();
    for (const video of videos) await joinTracks(library, video, using, ALWAYS);
    expect(await people()).toEqual(before);
  });

  it('counts people of a video where edits have left them', async () => {
    const library = await openLarge();
    const cast = new SyntheticCast(2);
    const film = ['ada', 'bob', 'eve'].flatMap((who) => [1, 2].map(() => cast.track(who, 'film', { quality: 0.9 })));
    await joinTracks(library, film, using, ALWAYS);
    const video_id = film[0]?.video_id ?? '',
      identities = await library.identities();
    const [ada] = await ownersIn(library, film);
    const counted = async (moved: ReadonlyMap<string, ReadonlySet<string>>) => {
      const like = { ids: new Set<string>(), faces: [] };
      const compare = using.pipeline();
      const part = new PartOfLibrary({ library, identities, people: 3, like, fresh: film, here: [], moved, compare });
      return (await part.others([], film, 3)).videos.get(video_id);
    };
    expect(await counted(new Map())).toBe(3);
    expect(await counted(new Map([[ada ?? '', new Set<string>()]]))).toBe(2);
    expect(await counted(new Map([['identity_new', new Set([video_id])]]))).toBe(4);
  });

  it('holds edits: what is apart stays apart, what is one stays one, also of somebody with many tracks', async () => {
    const library = await openLarge();
    const cast = new SyntheticCast(8);
    const of = (person: string, video: string, count: number) =>
      Array.from({ length: count }, () => cast.track(person, video, { quality: 0.8 }));
    const star = of('star', 'star', 100),
      [ada, bob] = [of('ada', 'ada', 3), of('bob', 'bob', 3)];
    for (const film of [star, ada, bob]) await joinTracks(library, film, using, ALWAYS);
    const idOf = async ([track]: SyntheticTrack[]) => (track ? ((await ownersIn(library, [track]))[0] ?? '') : '');
    const [stars, adas, bobs] = [await idOf(star), await idOf(ada), await idOf(bob)];
    expect(new Set([stars, adas, bobs]).size).toBe(3);
    expect(new Set(await ownersIn(library, star)).size).toBe(1);
    // Somebody says that ten of the star's tracks are not the star, and that Ada and Bob, who are unlike, are one.
    const rejected = star.slice(0, 10).map((t) => t.track_id);
    const row = async (id: string) => (await library.identity(id)) ?? expect.unreachable();
    const [ofStar, ofAda, ofBob] = [await row(stars), await row(adas), await row(bobs)];
    const was = ({ identity_id, name, track_ids }: IdentityRow) => ({ identity_id, name, track_ids });
    const entry = (edit: Extract<EditBody, { kind: 'edit' }>['edit'], before: readonly IdentityRow[]) => {
      const body: EditBody = { kind: 'edit', v: 1, edit, before: before.map(was), by: 'test', why: null };
      return { edit_id: newId('edit'), created_at: AT, body };
    };
    await library.write(async (writer) => {
      await writer.appendEdits([
        entry({ action: 'reject', track_ids: rejected, identity_id: stars }, [ofStar]),
        entry({ action: 'merge', into: adas, identity_ids: [bobs] }, [ofAda, ofBob]),
      ]);
      await writer.putIdentities([
        { ...ofStar, track_ids: ofStar.track_ids.filter((t) => !rejected.includes(t)) },
        { ...ofStar, identity_id: newId('identity'), track_ids: rejected },
        { ...ofAda, track_ids: [...ofAda.track_ids, ...ofBob.track_ids] },
        { ...ofBob, track_ids: [], merged_into: adas },
      ]);
    });
    const more = [...of('star', 'more', 3), ...of('ada', 'more', 2), ...of('bob', 'more', 2)];
    await joinTracks(library, more, using, ALWAYS);
    // Again with the same tracks, of which one has gone.
    await joinTracks(library, [...of('star', 'again', 2), ...of('bob', 'again', 2)], using, ALWAYS);
    await joinTracks(library, bob.slice(1), using, ALWAYS);
    const owners = await ownersIn(library, star);
    expect(owners.slice(0, 10)).not.toContain(stars);
    expect(owners.slice(10)).toEqual(owners.slice(10).map(() => stars));
    expect(await ownersIn(library, [...ada, ...bob.slice(1)])).toEqual([...ada, ...bob.slice(1)].map(() => adas));
    expect(await ownersIn(library, more)).not.toContain(bobs);
  });

  it('gives who was enrolled whoever fits the photo, in the film and from before', async () => {
    const library = await openLarge();
    const cast = new SyntheticCast(9);
    const of = (person: string, video: string, count: number) =>
      Array.from({ length: count }, () => cast.track(person, video, { quality: 0.9 }));
    const before = [...of('eve', 'first', 3), ...of('ada', 'first', 3)];
    await joinTracks(library, before, using, ALWAYS);
    const person = makeIdentity({ name: 'Eve' }),
      photo = cast.track('eve', 'photo', { quality: 0.9 });
    const reference = makeReference({
      source: 'eve.jpg',
      quality: 0.9,
      population_excess: 0,
      created_at: AT,
      vector: photo.vector,
    });
    const edit = {
      action: 'enrol' as const,
      identity_id: person.identity_id,
      name: 'Eve',
      reference_ids: [reference.reference_id],
    };
    const body: EditBody = { kind: 'edit', v: 1, edit, before: [], by: 'test', why: null };
    await library.write(async (writer) => {
      await writer.putIdentities([person]);
      await writer.putReferences([reference]);
      await writer.appendEdits([{ edit_id: newId('edit'), created_at: AT, body }]);
    });
    const after = [...of('eve', 'second', 2), ...of('bob', 'second', 2)];
    await joinTracks(library, after, using, ALWAYS);
    const owners = await ownersIn(library, [...before, ...after]);
    const eves = [...before, ...after].map((t) => t.person === 'eve');
    expect(owners.map((id) => id === person.identity_id)).toEqual(eves);
  });
});
