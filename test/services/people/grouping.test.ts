/** What grouping promises, on made-up faces that score like real ones, with the pipeline's own comparison. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { intersect, total } from '../../../src/domain/intervals.js';
import {
  evidenceNeeded,
  evidenceZero,
  joinOdds,
  lowestBar,
  type JoinEvidence,
} from '../../../src/domain/grouping/join-evidence.js';
import type { GroupedTrack } from '../../../src/services/grouping/group-tracks.js';
import { byVideo, comparing, GroupedLibrary, OVERLAP_S } from '../../support/libraries/grouping.js';
import { axis, mix, scoring, SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

const using = comparing();

async function grouped(steps: readonly (readonly GroupedTrack[])[]): Promise<GroupedLibrary> {
  const library = new GroupedLibrary(using);
  for (const step of steps) await library.add(step);
  return library;
}

it('groups alike in whatever order videos come, and as if all came at once', async () => {
  const cast = new SyntheticCast(3);
  const tracks = cast.library(60, 800),
    videos = byVideo(tracks);
  const orders = [[tracks], cast.shuffled(videos), cast.shuffled(videos)];
  const agreements: number[] = [];
  for (const order of orders) agreements.push((await grouped(order)).agreement(tracks));
  expect(Math.min(...agreements)).toBeGreaterThanOrEqual(0.97);
  expect(Math.max(...agreements) - Math.min(...agreements)).toBeLessThanOrEqual(0.01);
}, 60_000);

describe('a track that mixes two people', () => {
  /** Tracks whose vectors are the means of one track of each of two people. */
  const mixed = (
    cast: SyntheticCast,
    a: readonly SyntheticTrack[],
    b: readonly SyntheticTrack[],
    count: number,
    quality: number,
  ) =>
    Array.from({ length: count }, (_, k) =>
      cast.track('nobody', `mixed-${k}`, {
        quality,
        vector: mix([a[k % a.length], b[k % b.length]].map((t) => [t?.vector ?? expect.unreachable(), 1])),
      }),
    );

  it.each([4, 5, 6])('does not chain them when they have 20 good tracks each (seed %i)', async (seed) => {
    const cast = new SyntheticCast(seed);
    const of = (person: string) =>
      Array.from({ length: 20 }, (_, k) => cast.track(person, `video-${k}`, { quality: 0.5 + 0.02 * k }));
    const a = of('a'),
      b = of('b'),
      bad = mixed(cast, a, b, 5, 0.6);
    for (const steps of [[[...a, ...b, ...bad]], [bad, a, b], [a, b, ...bad.map((t) => [t])]]) {
      const library = await grouped(steps);
      const [first, second] = [new Set(library.who(a)), new Set(library.who(b))];
      expect(first.size).toBe(1);
      expect(second.size).toBe(1);
      expect(first).not.toEqual(second);
    }
  });

  it('nor when many poor ones come between a few good ones', async () => {
    const cast = new SyntheticCast(7);
    const of = (person: string) =>
      Array.from({ length: 6 }, (_, k) => cast.track(person, `video-${k}`, { quality: 0.95 }));
    const a = of('a'),
      b = of('b');
    const library = await grouped([[...a, ...b, ...mixed(cast, a, b, 30, 0.02)]]);
    expect(new Set([...library.who(a), ...library.who(b)]).size).toBe(2);
  });
});

it('never joins faces that share a frame, even when they look much the same', async () => {
  const cast = new SyntheticCast(8),
    random = seededRandom(8);
  const looks = Array.from({ length: 8 }, (_, p) => cast.track(`person-${p}`, 'portraits').vector);
  const tracks = Array.from({ length: 240 }, (_, k) => {
    const p = Math.floor(random() * looks.length),
      start_s = 60 * random();
    // Two of one look score some 0.75: short of copies of one face.
    const vector = mix([
      [looks[p] ?? expect.unreachable(), Math.sqrt(0.75)],
      [cast.track(`light-${k}`, 'portraits').vector, Math.sqrt(0.25)],
    ]);
    return cast.track(`person-${p}`, `video-${Math.floor(random() * 6)}`, {
      vector,
      quality: 0.8,
      presence: [{ start_s, end_s: start_s + 4 }],
    });
  });
  const together = tracks.flatMap((a, i) =>
    tracks
      .slice(i + 1)
      .filter((b) => a.video_id === b.video_id && total(intersect(a.presence, b.presence)) > OVERLAP_S)
      .map((b) => [a, b] as const),
  );
  expect(together.filter(([a, b]) => a.person === b.person).length).toBeGreaterThan(50);
  for (const steps of [[tracks], byVideo(tracks), cast.shuffled(tracks.map((t) => [t])).slice(0, 60)]) {
    const library = await grouped(steps);
    const inside = new Set(library.tracks.map((t) => t.track_id));
    const here = together.filter(([a, b]) => inside.has(a.track_id) && inside.has(b.track_id));
    expect(here.length).toBeGreaterThan(0);
    for (const [a, b] of here) expect(new Set(library.who([a, b])).size).toBe(2);
    // They do look the same: those who share no frame are joined.
    expect(library.live().length).toBeLessThan(inside.size / 2);
  }
});

it('keeps whole who is in one poor track and who is in hundreds', async () => {
  const cast = new SyntheticCast(9);
  const star = Array.from({ length: 300 }, (_, k) => cast.track('star', `video-${k % 25}`));
  const others = Array.from({ length: 100 }, (_, k) => cast.track(`person-${k % 15}`, `video-${k % 24}`));
  // Two samples at 5 pictures a second.
  const passer = cast.track('passer-by', 'video-7', { quality: 0.2, presence: [{ start_s: 900, end_s: 900.4 }] });
  const library = await grouped(byVideo([...star, ...others, passer]));
  const [who] = library.who([passer]);
  expect(library.live().find((row) => row.identity_id === who)?.track_ids).toEqual([passer.track_id]);
  const sizes = new Map<string, number>();
  for (const id of library.who(star)) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  expect(Math.max(...sizes.values())).toBeGreaterThanOrEqual(0.97 * star.length);
}, 60_000);

/** The score at which two single tracks are joined where there are two people. */
const bar = (evidence: JoinEvidence, quality: number) =>
  evidenceZero(evidence, quality) + evidenceNeeded(evidence, joinOdds(2), 1, 1);

it('loses no track that was joined while the library was small, when a large one asks for more', async () => {
  const cast = new SyntheticCast(10),
    { evidence } = using.rule(),
    quality = 0.5;
  const lowest = lowestBar(200, evidence);
  const track = (vector: Float32Array) => cast.track('', `video-${cast.seed}`, { vector, quality });
  const first = track(axis(0)),
    second = track(scoring(axis(0), (bar(evidence, quality) + lowest) / 2, axis(1)));
  const library = await grouped([[first, second], Array.from({ length: 200 }, (_, k) => track(axis(20 + k)))]);
  expect(new Set(library.who([first, second])).size).toBe(1);
  await library.add([track(scoring(axis(0), 0.9, axis(2)))]);
});

it('asks for less between tracks of one video than between those of two, in a large library', async () => {
  const cast = new SyntheticCast(12),
    { evidence } = using.rule(),
    quality = 0.8;
  const among = (people: number) => evidenceZero(evidence, quality) + evidenceNeeded(evidence, joinOdds(people), 1, 1);
  const strangers = Array.from({ length: 200 }, (_, k) =>
    cast.track('', `video-${k}`, { vector: axis(20 + k), quality }),
  );
  const alike = [axis(0), scoring(axis(0), (among(2) + among(200)) / 2, axis(1))];
  const people = async (videos: [string, string]) => {
    const library = await grouped([
      strangers,
      alike.map((vector, k) => cast.track('', videos[k] ?? '', { vector, quality })),
    ]);
    return library.live().length - strangers.length;
  };
  expect(await people(['video-a', 'video-a'])).toBe(1);
  expect(await people(['video-a', 'video-b'])).toBe(2);
});

it('asks for more of two tracks that look like much of the library', async () => {
  const cast = new SyntheticCast(13),
    { evidence } = using.rule(),
    quality = 0.8,
    look = axis(255);
  const bar = evidenceZero(evidence, quality) + evidenceNeeded(evidence, joinOdds(302), 1, 1);
  const joined = async (common: number) => {
    // A third of the people score 0.7 × common with the two, who are as alike in either library.
    const strangers = Array.from({ length: 240 }, (_, k) =>
      cast.track('', `video-${k}`, { vector: k % 3 === 0 ? scoring(look, common, axis(k)) : axis(k), quality }),
    );
    const a = scoring(look, 0.7, axis(250)),
      b = scoring(
        look,
        0.7,
        mix([
          [axis(250), (bar + 0.04 - 0.49) / 0.51],
          [axis(251), Math.sqrt(1 - ((bar + 0.04 - 0.49) / 0.51) ** 2)],
        ]),
      );
    const library = await grouped([
      strangers,
      [cast.track('', 'video-a', { vector: a, quality })],
      [cast.track('', 'video-b', { vector: b, quality })],
    ]);
    return library.live().length === strangers.length + 1;
  };
  expect([await joined(0.2), await joined(0.45)]).toEqual([true, false]);
});

it('joins a poor track to a good one at a score that two good ones are not joined at, nor two poor ones', async () => {
  const cast = new SyntheticCast(11),
    { evidence } = using.rule();
  const score = (bar(evidence, Math.sqrt(0.1 * 0.9)) + bar(evidence, 0.9)) / 2;
  const joined = async (...qualities: [number, number]) => {
    const tracks = [axis(0), scoring(axis(0), score, axis(1))].map((vector, k) =>
      cast.track('', 'video', { vector, quality: qualities[k] ?? 0 }),
    );
    return (await grouped([tracks])).live().length === 1;
  };
  expect([await joined(0.1, 0.9), await joined(0.9, 0.9), await joined(0.1, 0.1)]).toEqual([true, false, false]);
});
