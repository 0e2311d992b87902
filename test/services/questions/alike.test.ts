/** One person of the library against another, held against what the library suggests to ask. */
import { expect, it } from 'vitest';
import { mix, SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { farAmong } from '../../../src/domain/scores/calibration-model.js';
import { comparisonsOf } from '../../../src/domain/scores/comparisons.js';
import type { PeopleView } from '../../../src/services/library/people-view.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { type AlikeContext, likenessHere, mostLike, weighed } from '../../../src/services/questions/most-alike.js';
import { decideAmong, rankPeople } from '../../../src/services/questions/rank-people.js';
import { verifyIdentities } from '../../../src/services/questions/verify-identities.js';
import { groupBy } from '../../../src/domain/group-by.js';
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
  const [someone = expect.unreachable()] = await weighed([one], context);
  const near = await mostLike(someone, context);
  expect(near.map((n) => n.likeness.score)).toEqual(near.map((n) => n.likeness.score).sort((p, q) => q - p));
  expect(near.find((n) => n.likeness.asked)).toBeDefined();
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
  [0.5, 'no_match', false],
  [0.8, 'ambiguous', true],
] as const)('takes two on screen at one moment who score %f for %s', async (score, decision, asked) => {
  const cast = new SyntheticCast(9);
  const curated = await Curated.of(using, [[lit(cast, score, 'one', AT_ONCE), lit(cast, score, 'one', AT_ONCE)]]);
  const context = await contextOf(curated);
  const [a = expect.unreachable(), b = expect.unreachable()] = context.view.people;
  const told = await verifyIdentities(a, b, context, using.pipeline().pack, null);
  expect(told).toMatchObject({ decision, pair: { asked } });
  expect(told.reasons.join()).toMatch(/on screen at one moment/);
  expect((await curated.curation.suggestions()).suggestions.length).toBe(asked ? 1 : 0);
});

it('asks about nobody who shares the screen in a track that was not compared', async () => {
  const cast = new SyntheticCast(9);
  const film = [1, 2].map(() => lit(cast, 0.5, 'one', { ...AT_ONCE, quality: 0.5 }));
  const curated = await Curated.of(using, [film, [lit(cast, 0.5, 'two', { quality: 0.9 })]]);
  const context = { ...(await contextOf(curated)), most: 1 };
  const [a = expect.unreachable(), b = expect.unreachable()] = context.view.people;
  const [one = expect.unreachable(), other = expect.unreachable()] = await weighed([a, b], context);
  expect(await likenessHere(one, other, context)).toMatchObject({ together: null, asked: true });
  expect(await mostLike(one, context)).toMatchObject([{ likeness: { together: 'film', asked: false } }]);
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

it('says of those to be asked about what all their faces say, however few were compared', async () => {
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
  const few = { ...context, most: 1 };
  const [a, b] = [context.view.person(bob ?? ''), context.view.person(other ?? '')];
  const { pair, score } = await verifyIdentities(a, b, context, using.pipeline().pack, null);
  const [one = expect.unreachable(), two = expect.unreachable()] = await weighed([a, b], few);
  expect((await likenessHere(one, two, few)).asked).toBe(true);
  const told = (await mostLike(one, few)).find(({ other }) => other.row.identity_id === b.identity_id);
  expect(told?.likeness.score).toBeCloseTo(score, 5);
  expect(told?.likeness).toMatchObject({ asked: false, chance: pair?.chance });
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

it.each([
  ['one whose tracks fill all that is looked at first', (k: number) => (k < 100 ? 0 : k), () => 0],
  ['those like anybody', (k: number) => k, (k: number) => (k < 100 ? 0.6 : 0)],
])('finds those most like somebody behind %s', async (_, personOf, excessOf) => {
  const library = await open(await temporaryHome());
  const TRACKS = 150;
  const run_id = newId('run'),
    video_id = newId('video');
  const track = (cosine: number, population_excess: number) =>
    makeTrack(video_id, run_id, { vector: towards(cosine), population_excess, quality: 0.5 });
  const one = track(1, 0);
  const tracks = Array.from({ length: TRACKS }, (_, k) => track(0.9 - (0.2 * k) / TRACKS, excessOf(k)));
  const people = [...groupBy(tracks.entries(), ([k]) => personOf(k)).values()].map((own) =>
    makeIdentity({ track_ids: own.map(([, t]) => t.track_id) }),
  );
  const someone = makeIdentity({ track_ids: [one.track_id] });
  await library.write(async (writer) => {
    await writer.stageTracks([one, ...tracks]);
    await writer.commitVideo(makeVideo(video_id, run_id));
    await writer.putIdentities([someone, ...people]);
  });
  const score = new Map(tracks.map((t) => [t.track_id, (t.vector[0] ?? 0) - t.population_excess / 2]));
  const best = new Map(people.map((p) => [p.identity_id, Math.max(...p.track_ids.map((t) => score.get(t) ?? -1))]));
  const first = [...best].sort((a, b) => b[1] - a[1]).slice(0, 8);
  const view = await createViewReader(() => Promise.resolve(library))();
  const calibration = { ...using.pipeline().pack.calibration, calibration_id: null, decides: null };
  const context = { view, library, calibration };
  const [weighedOne = expect.unreachable()] = await weighed([someone], context);
  const found = await mostLike(weighedOne, context);
  expect(found.map((f) => f.other.row.identity_id).sort()).toEqual(first.map(([id]) => id).sort());
});

it('finds those most like somebody whose own tracks are more than are looked at of others', async () => {
  const library = await open(await temporaryHome());
  const run_id = newId('run'),
    video_id = newId('video');
  const tracks = (n: number, cosine: number) =>
    Array.from({ length: n }, () => makeTrack(video_id, run_id, { vector: towards(cosine), quality: 0.5 }));
  const own = tracks(450, 0.95),
    others = tracks(5, 0.6);
  const [someone, ...people] = [own, ...others.map((t) => [t])].map((of) =>
    makeIdentity({ track_ids: of.map((t) => t.track_id) }),
  );
  await library.write(async (writer) => {
    await writer.stageTracks([...own, ...others]);
    await writer.commitVideo(makeVideo(video_id, run_id));
    await writer.putIdentities([someone ?? expect.unreachable(), ...people]);
  });
  const view = await createViewReader(() => Promise.resolve(library))();
  const calibration = { ...using.pipeline().pack.calibration, calibration_id: null, decides: null };
  const context = { view, library, calibration };
  const [weighedOne = expect.unreachable()] = await weighed([someone ?? expect.unreachable()], context);
  const found = await mostLike(weighedOne, context);
  expect(found.map((f) => f.other.row.identity_id).sort()).toEqual(people.map((p) => p.identity_id).sort());
});
