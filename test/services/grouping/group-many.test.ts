/** Grouping by an index: what grouping by all pairs gives, but for little; what may not be joined is not. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bcubed, pairwise } from '../../../lab/measures/bcubed.js';
import { axis, scoring, SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import type { GroupMeans } from '../../../src/domain/grouping/group-means.js';
import { at } from '../../../src/domain/at.js';
import { dot, normalise } from '../../../src/domain/vectors.js';
import { evidenceNeeded, evidenceZero, joinOdds } from '../../../src/domain/grouping/join-evidence.js';
import { areTwo } from '../../../src/domain/people/twice-in-picture.js';
import { replayEdits } from '../../../src/domain/edits/edits.js';
import { scoreOf } from '../../../src/domain/scores/normalised-score.js';
import { groupTracks, type Many } from '../../../src/services/grouping/group-tracks.js';
import { Comparing, SharedRoom } from '../../../src/services/grouping/comparing.js';
import { NearGroups } from '../../../src/services/grouping/near-groups.js';
import type { IdentityRow } from '../../../src/store/rows.js';
import { makeIdentity } from '../../store/rows.js';
import { comparing, OVERLAP_S } from '../../support/libraries/grouping.js';

const using = comparing();
const NOBODY = { library: 0, videos: new Map<string, number>(), faces: [] };
const ALL_PAIRS: Many = { from: Infinity, portion: 1, sample: Infinity };
const inLists = (portion: number, sample = Infinity): Many => ({ from: 0, portion, sample });

type Edits = Parameters<typeof groupTracks>[6];

/** Which group each track is in. */
async function grouped(
  tracks: readonly SyntheticTrack[],
  many: Many,
  edits?: Edits,
  keep: readonly IdentityRow[] = [],
) {
  const groups = await groupTracks(tracks, NOBODY, keep, using.rule(), using.pipeline(), undefined, edits, many);
  const labels = tracks.map(() => '');
  if (many.from < tracks.length) {
    const firsts = groups.map(([first = -1]) => first);
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    for (const group of groups) expect(group).toEqual(group.toSorted((a, b) => a - b));
  }
  for (const [k, group] of groups.entries())
    for (const i of group) {
      expect(labels[i]).toBe('');
      labels[i] = String(k);
    }
  expect(labels).not.toContain('');
  return labels;
}

it('groups as comparing all pairs does, whole and in portions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 20, max: 90 }), async (seed, n) => {
      const tracks = new SyntheticCast(seed).library(Math.ceil(n / 6), n);
      const whole = await grouped(tracks, ALL_PAIRS);
      expect(bcubed(await grouped(tracks, inLists(n)), whole).f).toBeGreaterThanOrEqual(0.99);
      expect(bcubed(await grouped(tracks, inLists(30)), whole).f).toBeGreaterThanOrEqual(0.98);
    }),
    { numRuns: 8 },
  );
});

it('is as right as comparing all pairs where tracks lie in lists and portions', async () => {
  const tracks = new SyntheticCast(11).library(120, 1200);
  const people = tracks.map((t) => t.person);
  const [whole, many] = [await grouped(tracks, ALL_PAIRS), await grouped(tracks, inLists(400))];
  expect(bcubed(whole, people).f).toBeGreaterThan(0.95);
  expect(Math.abs(bcubed(many, people).f - bcubed(whole, people).f)).toBeLessThanOrEqual(0.002);
  expect(pairwise(many, people).wrong).toBeLessThanOrEqual(pairwise(whole, people).wrong + 2);
  expect(bcubed(many, whole).f).toBeGreaterThan(0.995);
  const sampled = await grouped(tracks, inLists(400, 300));
  expect(bcubed(sampled, people).f).toBeGreaterThan(bcubed(many, people).f - 0.002);
  expect(pairwise(sampled, people).wrong).toBeLessThanOrEqual(pairwise(many, people).wrong + 2);
}, 60_000);

it('groups once more where a sample of it told of far more people than there are', async () => {
  const { evidence } = using.rule(),
    cast = new SyntheticCast(1);
  const clear = (person: string, video: string, vector: Float32Array) =>
    cast.track(person, video, { vector, quality: 1 });
  const regulars = ['first', 'second', 'third', 'fourth'].flatMap((video) =>
    Array.from({ length: 9 }, (_, k) => clear(`regular-${k}`, video, axis(k))),
  );
  // Who is one where there are eleven people, and two where there are thirty-eight, as the first video alone tells.
  const needed = (people: number) => evidenceNeeded(evidence, joinOdds(people), 1, 1);
  const score = evidenceZero(evidence, 1) + (needed(11) + needed(38)) / 2;
  const guest = axis(20);
  const twice = [clear('guest', 'second', guest), clear('guest', 'third', scoring(guest, score, axis(21)))];
  const tracks = [...regulars, ...twice];
  const labels = await grouped(tracks, inLists(50, 10));
  expect(labels.at(-1)).toBe(labels.at(-2));
  expect(new Set(labels).size).toBe(10);
});

it('trusts likeness less in a library of people who all look alike', async () => {
  const plain = new SyntheticCast(13).library(90, 360);
  // What all share: strangers score by it as those of the calibration never do.
  const look = at(plain, 0).vector;
  const tracks = plain.slice(1).map((t) => {
    const vector = t.vector.map((x, k) => x + 0.5 * (look[k] ?? 0));
    normalise(vector);
    return { ...t, vector };
  });
  const people = tracks.map((t) => t.person);
  for (const sample of [Infinity, 120]) {
    const many = await grouped(tracks, inLists(200, sample));
    expect(pairwise(many, people).wrong).toBe(0);
    expect(bcubed(many, people).f).toBeGreaterThan(0.99);
  }
});

it('never joins who is on screen together, nor whom edits keep apart, and holds together what they say', async () => {
  const cast = new SyntheticCast(3);
  const tracks = [
    ...cast.library(20, 200),
    // One person as good as twice on screen at once, and one who is kept apart from the same elsewhere.
    cast.track('twin', 'mirror', { quality: 0.9, presence: [{ start_s: 0, end_s: 9 }] }),
    cast.track('twin', 'mirror', { quality: 0.9, presence: [{ start_s: 0, end_s: 9 }] }),
    cast.track('double', 'one', { quality: 0.9 }),
    cast.track('double', 'other', { quality: 0.9 }),
    cast.track('ada', 'one', { quality: 0.9 }),
    cast.track('bob', 'other', { quality: 0.9 }),
  ];
  const [double, again, ada, bob] = tracks.slice(-4).map((t) => t.track_id);
  if (!double || !again || !ada || !bob) expect.unreachable('no tracks');
  const edit = (n: number, edit: object, before: object[]) =>
    ({ seq: n, edit_id: `edit_${n}`, created_at: '', by: 'test', why: null, edit, before }) as never;
  const edits = replayEdits([
    edit(1, { action: 'reject', track_ids: [again], identity_id: 'identity_double' }, [
      { identity_id: 'identity_double', name: null, track_ids: [double, again] },
    ]),
    edit(2, { action: 'assign', track_ids: [double], identity_id: 'identity_double' }, []),
    edit(3, { action: 'assign', track_ids: [ada, bob], identity_id: 'identity_ada' }, []),
  ]);
  const free = await grouped(tracks, inLists(50));
  expect(free.at(-4)).toBe(free.at(-3));
  expect(free.at(-2)).not.toBe(free.at(-1));
  const labels = await grouped(tracks, inLists(50), edits);
  expect(labels.at(-4)).not.toBe(labels.at(-3));
  expect(labels.at(-2)).toBe(labels.at(-1));
  for (const [i, a] of tracks.entries())
    for (const [j, b] of tracks.slice(0, i).entries())
      if (labels[i] === labels[j]) expect(areTwo(a, b, OVERLAP_S)).toBe(false);
  expect(labels.at(-6)).not.toBe(labels.at(-5));
});

it('leaves those whole and apart whom it is told to keep, and gives them what is new', async () => {
  const cast = new SyntheticCast(8);
  const good = { quality: 0.9 };
  // Of each two identities, and one more track that is nobody's.
  const people = ['ada', 'bob', 'eve', 'joe'].map((p) =>
    ['one', 'two', 'three', 'four'].map((v) => cast.track(p, v, good)),
  );
  const fresh = people.map(([one]) => cast.track(one?.person ?? '', 'five', good));
  const keep = people.flatMap((own) =>
    [own.slice(0, 2), own.slice(2)].map((half) => makeIdentity({ track_ids: half.map((t) => t.track_id) })),
  );
  // And one of two people, whom nothing but what is kept holds together.
  const unlike = ['zoe', 'max'].map((p) => cast.track(p, p, good));
  keep.push(makeIdentity({ track_ids: unlike.map((t) => t.track_id) }));
  const tracks = [...people.flat(), ...fresh, ...unlike];
  const labels = await grouped(tracks, inLists(5), undefined, keep);
  const labelOf = new Map(tracks.map((t, i) => [t.track_id, labels[i]]));
  const kept = keep.map(({ track_ids }) => track_ids.map((t) => labelOf.get(t)));
  for (const own of kept) expect(new Set(own).size).toBe(1);
  expect(new Set(kept.flat()).size).toBe(keep.length);
  for (const [k, { track_id }] of fresh.entries())
    expect(kept.slice(2 * k, 2 * k + 2).flat()).toContain(labelOf.get(track_id));
});

/** Each face as a group of its own. */
function singles(faces: ReturnType<SyntheticCast['library']>): GroupMeans[] {
  return faces.map(({ vector, quality, population_excess }, i) => ({
    members: [i],
    weight: 1,
    centroid: vector,
    excess: population_excess,
    quality,
    unread: 0,
  }));
}

it('finds those most alike by lists', async () => {
  const tracks = new SyntheticCast(5).library(200, 2000);
  const groups = singles(tracks);
  const near = await new NearGroups(new Comparing(using.pipeline())).find(new SharedRoom().hold(groups), 4);
  let found = 0;
  const some = [...tracks.entries()].filter(([i]) => i % 20 === 0);
  for (const [i, track] of some) {
    const scores = tracks.map((other, j) => (i === j ? -Infinity : scoreOf(track, other)));
    const best = scores.toSorted((a, b) => b - a);
    const at = [...near.at.subarray(4 * i, 4 * i + 4)];
    expect(new Set(at).size).toBe(4);
    expect(at).not.toContain(i);
    for (const [k, j] of at.entries()) {
      expect(near.score[4 * i + k]).toBeCloseTo(scores[j] ?? NaN, 4);
      if ((scores[j] ?? 0) >= (best[3] ?? 0) - 1e-6) found++;
    }
  }
  expect(found / (4 * some.length)).toBeGreaterThan(0.97);
});

it('asks those who stayed as they were for those who are new, and those for everybody', async () => {
  const faces = new SyntheticCast(6).library(60, 1200);
  const groups = singles(faces);
  const near = new NearGroups(new Comparing(using.pipeline())),
    room = new SharedRoom();
  await near.find(room.hold(groups), 3);
  // Some went, and each eighth of the others came anew: as one whom nobody was before.
  const left = groups.flatMap((group, was) => (was % 5 === 0 ? [] : [{ group, was: was % 8 === 1 ? -1 : was }]));
  const now = left.map(({ group, was }) => (was < 0 ? { ...group, centroid: group.centroid.toReversed() } : group));
  const found = await near.find(
    room.hold(now),
    3,
    Int32Array.from(left, ({ was }) => was),
  );
  const isNew = (i: number) => (left[i]?.was ?? 0) < 0;
  const score = (a: GroupMeans, b: GroupMeans) => dot(a.centroid, b.centroid) - (a.excess + b.excess) / 2;
  let best = 0;
  for (const [i, group] of now.entries()) {
    const at = [...found.at.subarray(3 * i, 3 * i + 3)];
    expect(at.filter((j) => j === i || (!isNew(i) && j >= 0 && !isNew(j)))).toEqual([]);
    const scores = now.map((other, j) => (i === j || !(isNew(i) || isNew(j)) ? -Infinity : score(group, other)));
    if ((found.score[3 * i] ?? 0) >= Math.max(...scores) - 1e-4) best++;
  }
  expect(best / now.length).toBeGreaterThan(0.9);
});

it('asks for all who are most alike to one list, however many', async () => {
  // All alike lie in the first of the lists, and score less the greater their excess is.
  const groups = Array.from({ length: 8500 }, (_, i): GroupMeans => {
    const excess = (i % 1000) / 1000;
    return { members: [i], weight: 1, centroid: Float32Array.of(0.6, 0.8), excess, quality: 1, unread: 0 };
  });
  const near = await new NearGroups(new Comparing(using.pipeline())).find(new SharedRoom().hold(groups), 4);
  for (const [i, { excess }] of groups.entries()) {
    const at = [...near.at.subarray(4 * i, 4 * i + 4)];
    expect(at).not.toContain(i);
    for (const j of at) expect(j % 1000).toBe(0);
    expect(near.score[4 * i]).toBeCloseTo(1 - excess / 2, 5);
  }
});

it('stops when it is told to', async () => {
  const tracks = new SyntheticCast(6).library(60, 600);
  const stop = new AbortController();
  const grouping = groupTracks(
    tracks,
    NOBODY,
    [],
    using.rule(),
    using.pipeline(),
    stop.signal,
    undefined,
    inLists(100),
  );
  setImmediate(() => stop.abort());
  await expect(grouping).rejects.toThrow();
});
