/** Whom new tracks meet in a large library. */
import { expect, it } from 'vitest';
import type { Constraints } from '../../../src/domain/edits/edits.js';
import { lowestBar } from '../../../src/domain/grouping/join-evidence.js';
import { reachPeople, withFollowers } from '../../../src/services/people/affected-people.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import { comparing } from '../../support/libraries/grouping.js';
import { scoring, SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

const using = comparing();

/** The people of tracks as a library holds them. */
function identitiesOf(tracks: readonly SyntheticTrack[]): IdentityRow[] {
  return [...new Set(tracks.map((t) => t.person))].map((person) => ({
    identity_id: person,
    name: null,
    track_ids: tracks.flatMap((t) => (t.person === person ? [t.track_id] : [])),
    merged_into: null,
    split_from: null,
    created_at: '',
    updated_at: '',
  }));
}

const reach = (
  old: readonly SyntheticTrack[],
  fresh: readonly SyntheticTrack[],
  edits?: Pick<Constraints, 'homes' | 'barred'>,
) => {
  const live = identitiesOf(old);
  const least = lowestBar(live.length, using.rule().evidence);
  return reachPeople({ old, fresh, compare: using.pipeline(), edits }, live, least);
};

/** A star in a hundred tracks, and others in a few. */
function crowd() {
  const cast = new SyntheticCast(11);
  const of = (person: string, count: number) =>
    Array.from({ length: count }, (_, k) => cast.track(person, `${person}-${k}`, { quality: 0.8 }));
  const star = of('star', 100);
  const others = ['ada', 'bob', 'cleo', 'dan'].flatMap((p, k) => of(p, 2 + 4 * k));
  return { cast, star, others, old: [...star, ...others] };
}

it('reaches whom a track might be, all of their tracks, and nobody else', async () => {
  const { cast, old } = crowd();
  const fresh = [cast.track('dan', 'new', { quality: 0.9 }), cast.track('nobody', 'new', { quality: 0.9 })];
  const { tracks, followers } = await reach(old, fresh);
  const dan = old.filter((t) => t.person === 'dan');
  expect(tracks.map((t) => t.track_id).sort()).toEqual([...fresh, ...dan].map((t) => t.track_id).sort());
  expect(followers).toEqual([]);
});

it('takes a sample of somebody who is seen often; the others follow it', async () => {
  const { cast, star, old } = crowd();
  const fresh = [cast.track('star', 'new', { quality: 0.9 })];
  const { tracks, followers } = await reach(old, fresh);
  const [own] = followers;
  expect(tracks).toHaveLength(1 + 64);
  expect(followers).toHaveLength(1);
  expect([...(own?.of ?? []), ...(own?.track_ids ?? [])].sort()).toEqual(star.map((t) => t.track_id).sort());
  expect(new Set(tracks.slice(1).map((t) => t.track_id))).toEqual(new Set(own?.of));
});

it('looks at all tracks of somebody of whom an edit speaks, or who is in the same video', async () => {
  const { cast, star, old } = crowd();
  const fresh = [cast.track('star', 'new', { quality: 0.9 })];
  const barred = new Map([[star[50]?.track_id ?? '', new Map([['ada', 'edit']])]]);
  expect((await reach(old, fresh, { homes: new Map(), barred })).tracks).toHaveLength(101);
  const again = cast.track('star', 'star-7', { quality: 0.9 });
  expect((await reach(old, [again])).tracks).toHaveLength(101);
});

it('does not reach somebody by one track that is not like the others of them', async () => {
  const { cast, old } = crowd();
  const dan = old.filter((t) => t.person === 'dan');
  const stranger = cast.track('nobody', 'new', { quality: 0.9 });
  const [one] = dan;
  if (!one) return expect.unreachable();
  const odd = { ...one, vector: scoring(stranger.vector, 0.7, one.vector) };
  const { tracks } = await reach([...old.filter((t) => t !== one), odd], [stranger]);
  expect(tracks).toEqual([stranger]);
});

it('puts followers where most of those go whom they follow', () => {
  const clusters = [['a', 'x'], ['b', 'c', 'y'], ['z']];
  expect(withFollowers(clusters, [])).toEqual(clusters);
  expect(withFollowers(clusters, [{ of: ['a', 'b', 'c'], track_ids: ['d', 'e'] }])).toEqual([
    ['a', 'x'],
    ['b', 'c', 'y', 'd', 'e'],
    ['z'],
  ]);
});
