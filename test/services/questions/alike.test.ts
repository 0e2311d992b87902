/** One person of the library against another, held against what the library suggests to ask. */
import { expect, it } from 'vitest';
import { mix, SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { farAmong } from '../../../src/domain/scores/calibration-model.js';
import { comparisonsOf } from '../../../src/domain/scores/comparisons.js';
import type { PeopleView } from '../../../src/services/library/people-view.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { type AlikeContext, mostLike } from '../../../src/services/questions/most-alike.js';
import { decideAmong, rankPeople } from '../../../src/services/questions/rank-people.js';
import { verifyIdentities } from '../../../src/services/questions/verify-identities.js';
import { PHOTO_SPAN } from '../../../src/domain/photos.js';
import { newId } from '../../../src/domain/ids.js';
import { makeIdentity, makeTrack, makeVideo, open, randomVector, temporaryHome } from '../../store/fixtures.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { Curated } from '../curation/curated.js';

const using = comparing();

async function contextOf(curated: Curated): Promise<AlikeContext & { view: PeopleView }> {
  const { library } = curated;
  const view = await createViewReader(() => Promise.resolve(library))();
  const calibration = { ...using.pipeline().pack.calibration, calibration_id: null, decides: null };
  return { view, library, calibration };
}

it('agrees with suggestions on every pair of people: score, chance, and whether to ask', async () => {
  const cast = new SyntheticCast(5);
  const tracks = Array.from({ length: 36 }, (_, k) =>
    cast.track(`person-${k % 9}`, `video-${k % 7}`, { quality: 0.1 + (0.4 * (k % 7)) / 7 }),
  );
  const curated = await Curated.of(using, byVideo(tracks));
  const merges = (await curated.curation.suggestions()).suggestions.filter((s) => s.kind === 'merge');
  expect(merges.length).toBeGreaterThan(0);
  const context = await contextOf(curated);
  const { pack } = using.pipeline();
  const { people } = context.view;
  let asked = 0;
  for (const [i, a] of people.entries())
    for (const b of people.slice(i + 1)) {
      const suggested = merges.find((s) => [a, b].every((p) => s.identity_ids.includes(p.identity_id)));
      const { pair, decision, score } = await verifyIdentities(a, b, context, pack, null);
      expect(pair?.asked, `${a.identity_id} ${b.identity_id}`).toBe(suggested !== undefined);
      expect(decision === 'match' && !pair?.asked).toBe(false);
      if (!suggested) continue;
      asked++;
      expect(decision).not.toBe('no_match');
      expect(score).toBeCloseTo(suggested.score, 5);
      expect(pair?.chance).toBeCloseTo(suggested.chance, 5);
      expect(pair?.best_score).toBeCloseTo(suggested.best_score ?? -1, 5);
      expect(pair?.faces.toSorted()).toEqual(suggested.faces.toSorted());
    }
  expect(asked).toBe(merges.length);
  // Who is most like somebody comes first, as the comparison of the two says.
  const [first] = merges;
  const one = context.view.person(first?.identity_ids[0] ?? '');
  const near = await mostLike(one, context);
  expect(near.map((n) => n.score)).toEqual(near.map((n) => n.score).sort((p, q) => q - p));
  expect(near.find((n) => n.asked)).toBeDefined();
  const everybody = await Promise.all(
    people
      .filter((p) => p !== one)
      .map(async (p) => ({ id: p.identity_id, ...(await verifyIdentities(one, p, context, pack, null)) })),
  );
  expect(near.map((n) => n.row.identity_id)).toEqual(
    everybody
      .sort((p, q) => (q.score ?? 0) - (p.score ?? 0))
      .slice(0, near.length)
      .map(({ id }) => id),
  );
  for (const { row, score, asked, chance } of near) {
    const told = everybody.find(({ id }) => id === row.identity_id);
    expect(score).toBeCloseTo(told?.score ?? -1, 4);
    expect(asked).toBe(told?.pair?.asked);
    if (asked) expect(chance).toBeCloseTo(told?.pair?.chance ?? -1, 3);
  }
  // What was answered is known: never a match again, nor asked.
  await curated.edit({ action: 'reject', identity_id: one.identity_id, identity_ids: [first?.identity_ids[1] ?? ''] });
  const after = await contextOf(curated);
  const told = await verifyIdentities(
    after.view.person(one.identity_id),
    after.view.person(first?.identity_ids[1] ?? ''),
    after,
    pack,
    null,
  );
  expect(told).toMatchObject({
    decision: 'no_match',
    reasons: [expect.stringContaining('edit')],
    pair: { asked: false },
  });
  await expect(verifyIdentities(one, one, after, pack, null)).rejects.toMatchObject({ code: 'bad_argument' });
}, 60_000);

/** A track of somebody in a light of its own: two of them score about so much. */
function lit(
  cast: SyntheticCast,
  score: number,
  video: string,
  fields: Partial<SyntheticTrack>,
  name: string = newId('track'),
): SyntheticTrack {
  const { vector } = cast.track('ada', video, { quality: 1 });
  const light = cast.track(name, video, { quality: 1 }).vector;
  return cast.track('ada', video, {
    ...fields,
    vector: mix([
      [vector, Math.sqrt(score)],
      [light, Math.sqrt(1 - score)],
    ]),
  });
}
const AT_ONCE = { quality: 0.9, presence: [{ start_s: 0, end_s: 5 }] };

it.each([
  [0.5, 'film', 'no_match', false],
  [0.8, 'film', 'ambiguous', true],
  [0.8, 'photo', 'ambiguous', true],
] as const)('takes two who score %f in one %s for %s', async (score, where, decision, asked) => {
  const cast = new SyntheticCast(9);
  const there = where === 'photo' ? { quality: 0.9, presence: [{ ...PHOTO_SPAN }] } : AT_ONCE;
  const curated = await Curated.of(using, [[lit(cast, score, 'one', there), lit(cast, score, 'one', there)]]);
  const context = await contextOf(curated);
  const [a = expect.unreachable(), b = expect.unreachable()] = context.view.people;
  const told = await verifyIdentities(a, b, context, using.pipeline().pack, null);
  expect(told).toMatchObject({ decision, pair: { asked } });
  expect(told.reasons.join()).toMatch(where === 'photo' ? /in one photo/ : /on screen at one moment/);
  expect((await curated.curation.suggestions()).suggestions.length).toBe(asked ? 1 : 0);
  const chance = expect.closeTo(told.pair?.chance ?? -1, 4) as number;
  expect(await mostLike(a, context)).toMatchObject([
    { row: { identity_id: b.identity_id }, together: where, asked, chance },
  ]);
});

it('finds nobody with somebody by a picture whom an edit keeps apart from them', async () => {
  const cast = new SyntheticCast(9);
  const [one, other] = [lit(cast, 0.85, 'one', { quality: 0.9 }), lit(cast, 0.85, 'two', { quality: 0.9 })];
  const curated = await Curated.of(using, [[one], [other]]);
  const { vector, population_excess, quality } = one;
  const face = { vector, population_excess, quality, box: { x: 0, y: 0, w: 90, h: 90 } };
  const asked = async () => {
    const context = { ...(await contextOf(curated)), pack: using.pipeline().pack, threshold: null };
    const ranked = await rankPeople(face, context);
    const { decision, same } = await decideAmong(face, ranked[0] ?? expect.unreachable(), ranked, context);
    return { decision: decision.decision, tracks: same.flatMap((r) => [...r.tracks.keys()]).sort() };
  };
  expect(await asked()).toEqual({ decision: 'match', tracks: [one.track_id, other.track_id].sort() });
  const who = (await curated.look()).owner(one.track_id);
  await curated.edit({ action: 'reject', identity_id: who, track_ids: [other.track_id] });
  expect(await asked()).toEqual({ decision: 'match', tracks: [one.track_id] });
});

it('says of those most like somebody what all their faces say, not the best few', async () => {
  const cast = new SyntheticCast(9);
  const eve = lit(cast, 0.065, 'other', { quality: 0.9 }, 'lamp');
  const best = Array.from({ length: 2 }, (_, k) => lit(cast, 0.6, `copy-${k}`, { quality: 0.9 }, `sun-${k}`));
  const rest = Array.from({ length: 8 }, (_, k) => cast.track('bob', `film-${k}`, { quality: 0.5 }));
  const curated = await Curated.of(using, byVideo([eve, ...best, ...rest]));
  const ids = await curated.library.ownersOf([eve, ...best, ...rest].map((t) => t.track_id));
  const [other, ada, bob] = [eve, best[0], rest[0]].map((t) => ids.get(t?.track_id ?? '') ?? '');
  expect(new Set([other, ada, bob]).size).toBe(3);
  await curated.edit({ action: 'merge', identity_ids: [bob ?? '', ada ?? ''] });
  const context = await contextOf(curated);
  const [a, b] = [context.view.person(bob ?? ''), context.view.person(other ?? '')];
  const { pair, score } = await verifyIdentities(a, b, context, using.pipeline().pack, null);
  const told = (await mostLike(a, context)).find(({ row }) => row.identity_id === b.identity_id);
  expect(told?.score).toBeCloseTo(score, 4);
  expect(told).toMatchObject({ asked: false, chance: expect.closeTo(pair?.chance ?? -1, 4) as number });
});

it('says how likely a stranger scores as high as the best of all tracks and photos', async () => {
  const cast = new SyntheticCast(41);
  const good = { quality: 0.9 };
  const at = (person: string, video: string) => cast.track(person, video, good);
  const curated = await Curated.of(using, [[at('bob', 'one'), at('eve', 'one')], [at('bob', 'two')]]);
  curated.takePhoto('ada.jpg', at('ada', 'photos'));
  await curated.edit({ action: 'enrol', name: 'Ada', images: ['ada.jpg'] });
  const { library } = curated;
  const read = createViewReader(() => Promise.resolve(library));
  const { vector, population_excess, quality } = at('bob', 'query');
  const face = { vector, population_excess, quality, box: { x: 0, y: 0, w: 90, h: 90 } };
  const [video] = (await library.videos()).map((v) => v.video_id);
  for (const [video_ids, tracks] of [
    [undefined, [2, 1]],
    [[video ?? ''], (await library.tracks({ video_ids: [video ?? ''] })).map(() => 1)],
  ] as const) {
    const view = await read(video_ids);
    const context = { ...(await contextOf(curated)), view, video_ids, pack: using.pipeline().pack, threshold: null };
    const ranked = await rankPeople(face, context);
    const { decision } = await decideAmong(face, ranked[0] ?? expect.unreachable(), ranked, context);
    const worth = tracks.reduce((sum, n) => sum + comparisonsOf(n), comparisonsOf(1));
    expect(decision.estimated_far_library).toBeCloseTo(farAmong(decision.estimated_far, worth), 15);
  }
});

it('knows somebody who is enrolled and not seen yet by a picture', async () => {
  const cast = new SyntheticCast(41);
  const good = { quality: 0.9 };
  const curated = await Curated.of(using, [[cast.track('bob', 'one', good), cast.track('eve', 'one', good)]]);
  curated.takePhoto('ada.jpg', cast.track('ada', 'photos', good));
  await curated.edit({ action: 'enrol', name: 'Ada', images: ['ada.jpg'] });
  const context = { ...(await contextOf(curated)), pack: using.pipeline().pack, threshold: null };
  const { vector, population_excess, quality } = cast.track('ada', 'query', good);
  const face = { vector, population_excess, quality, box: { x: 0, y: 0, w: 90, h: 90 } };
  const ranked = await rankPeople(face, context);
  expect(ranked[0]?.person.name).toBe('Ada');
  expect(await decideAmong(face, ranked[0] ?? expect.unreachable(), ranked, context)).toMatchObject({
    decision: { decision: 'match' },
  });
  // And against those who are seen.
  const ada = context.view.named.find((p) => p.name === 'Ada') ?? expect.unreachable();
  const [bob = expect.unreachable()] = context.view.people;
  const { decision, pair } = await verifyIdentities(ada, bob, context, context.pack, null);
  expect(decision).toBe('no_match');
  expect(pair?.faces).toHaveLength(2);
});

/** A vector at this cosine to the first axis, in a direction of its own. */
function towards(cosine: number): Float32Array {
  const other = randomVector();
  other[0] = 0;
  const length = Math.hypot(...other);
  return other.map((x, k) => (k === 0 ? cosine : (x / length) * Math.sqrt(1 - cosine ** 2)));
}

it('finds those most like somebody by the mean over their faces, less what such faces share with anybody', async () => {
  const library = await open(await temporaryHome());
  const run_id = newId('run'),
    video_id = newId('video');
  const track = (cosine: number, population_excess: number) =>
    makeTrack(video_id, run_id, { vector: towards(cosine), population_excess, quality: 0.5 });
  const one = track(1, 0);
  // Of two tracks each: of every third one is very like, and every fourth is like anybody.
  const people = Array.from({ length: 60 }, (_, k) =>
    [k % 3 === 0 ? 0.9 : 0.5 + k / 300, 0.3 + k / 300].map((cosine) => track(cosine, k % 4 === 0 ? 0.6 : 0)),
  );
  const [someone = expect.unreachable(), ...others] = [[one], ...people].map((own) =>
    makeIdentity({ track_ids: own.map((t) => t.track_id) }),
  );
  await library.write(async (writer) => {
    await writer.stageTracks([one, ...people.flat()]);
    await writer.commitVideo(makeVideo(video_id, run_id));
    await writer.putIdentities([someone, ...others]);
  });
  const light = await library.lightOf([one, ...people.flat()].map((t) => t.track_id));
  const scores = new Map(
    others.map(({ identity_id }, k) => [
      identity_id,
      (people[k] ?? [])
        .map(
          (t) =>
            (t.vector[0] ?? 0) -
            (t.population_excess + (light.get(t.track_id) ?? 0) + (light.get(one.track_id) ?? 0)) / 2,
        )
        .reduce((a, b) => a + b / 2, 0),
    ]),
  );
  const first = [...scores].sort((a, b) => b[1] - a[1]).slice(0, 8);
  const view = await createViewReader(() => Promise.resolve(library))();
  const calibration = { ...using.pipeline().pack.calibration, calibration_id: null, decides: null };
  const found = await mostLike(someone, { view, library, calibration });
  expect(found.map((f) => f.row.identity_id)).toEqual(first.map(([id]) => id));
  for (const { row, score } of found) expect(score).toBeCloseTo(scores.get(row.identity_id) ?? -1, 4);
});
