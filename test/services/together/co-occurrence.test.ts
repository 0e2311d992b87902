/** Who is with whom in a real library, held against what is known of it. */
import { expect, it } from 'vitest';
import { total } from '../../../src/domain/intervals.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import type { InDoubt, TogetherAnswer } from '../../../src/services/answers/co-occurrence.js';
import { createTogetherService } from '../../../src/services/together/co-occurrence.js';
import type { TogetherRequest } from '../../../src/services/requests/co-occurrence.js';
import { open, temporaryHome } from '../../store/fixtures.js';
import { type PresenceFilm, type PresenceLibrary, presenceLibrary } from '../../support/libraries/presence-library.js';
import { certainty } from '../../support/libraries/certainty.js';

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'] as const;

/** Films of people who come and go on whole seconds, some of them at once. */
function randomFilms(seed: number): PresenceFilm[] {
  const random = seededRandom(seed);
  return ['b.mp4', 'a.mp4'].map((title) => ({
    title,
    people: Object.fromEntries(
      NAMES.map((name) => {
        const spans: [number, number][] = [];
        let at = Math.floor(random() * 6);
        for (let k = 0; k < 8; k++) {
          const end = at + 1 + Math.floor(random() * 5);
          spans.push([at, end]);
          at = end + 1 + Math.floor(random() * 6);
        }
        return [name, spans];
      }),
    ),
  }));
}

async function ask(made: PresenceLibrary, request: Partial<TogetherRequest>) {
  const service = createTogetherService({ view: createViewReader(async () => made.library), certainty });
  return service.coOccurrence({ mode: 'same_frame', ...request });
}

/** Of those who are shown: tracks here are as alike as strangers. */
function doubtsIn({ pairs, groups }: Pick<TogetherAnswer, 'pairs' | 'groups'>, whole: TogetherAnswer): InDoubt[] {
  const there = [...pairs.flatMap((p) => [p.a, p.b]), ...groups.flatMap((g) => g.identity_ids)];
  return [...new Set(there)].flatMap((id) => whole.in_doubt.filter((p) => p.identity_id === id));
}

/** When somebody comes or goes: away for more than `within`. */
function comings(spans: readonly (readonly [number, number])[], within: number, mode: 'enter' | 'leave'): number[] {
  return spans.flatMap(([start, end], k) => {
    const before = spans[k - 1]?.[1] ?? -Infinity,
      after = spans[k + 1]?.[0] ?? Infinity;
    if (mode === 'enter') return start - before > within ? [start] : [];
    return after - end > within ? [end] : [];
  });
}

it.each(['enter', 'leave'] as const)('%s: pairs moments of those who come or go together', async (mode) => {
  for (const seed of [1, 2]) {
    const films = randomFilms(seed),
      within_s = seed;
    const made = await presenceLibrary(films);
    const { pairs, groups } = await ask(made, { mode, within_s });
    expect(groups).toEqual([]);
    expect(pairs.length).toBeGreaterThan(3);
    for (const [i, a] of NAMES.entries())
      for (const b of NAMES.slice(i + 1)) {
        const pair = pairs.find((p) => [a, b].every((n) => [p.a, p.b].includes(made.id(n))));
        const moments = (who: string) => films.map((f) => comings(f.people[who] ?? [], within_s, mode));
        const [of_a, of_b] = [moments(a), moments(b)];
        // Whoever was away for more than within_s meets at most one of the other on either side.
        const near = of_a.flatMap((times, f) =>
          times.filter((t) => of_b[f]?.some((other) => Math.abs(other - t) <= within_s)),
        ).length;
        expect(pair?.times ?? 0).toBeLessThanOrEqual(near);
        expect(pair !== undefined).toBe(near > 0);
        for (const { video_id, start_s, end_s } of pair?.intervals ?? []) {
          const f = films.findIndex((film) => film.title === made.called(video_id));
          expect(end_s - start_s).toBeLessThanOrEqual(within_s);
          expect([of_a[f], of_b[f]].every((own) => own?.includes(start_s) || own?.includes(end_s))).toBe(true);
        }
        if (!pair) continue;
        const all = [...of_a, ...of_b].flat().length;
        expect(pair).toMatchObject({ seconds: null, lift: null });
        expect(pair.jaccard).toBeCloseTo(pair.times / (all - pair.times), 4);
      }
  }
});

it('takes people by name, however it is written, as well as by id', async () => {
  const made = await presenceLibrary([{ title: 'a.mp4', people: { Ada: [[0, 9]], Ben: [[4, 7]], Cleo: [[5, 6]] } }]);
  const named = await ask(made, { identity_ids: ['ada', 'BEN'] });
  expect(named).toEqual(await ask(made, { identity_ids: [made.id('Ada'), made.id('Ben')] }));
  expect(named.pairs).toHaveLength(1);
  await expect(ask(made, { identity_ids: ['Zoe', 'Ada'] })).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('Ada, Ben, Cleo') as unknown,
  });
});

it('says when two are together first and last, films by title', async () => {
  const made = await presenceLibrary([
    { title: 'b.mp4', people: { Ada: [[0, 9]], Ben: [[4, 7]] } },
    {
      title: 'a.mp4',
      people: {
        Ada: [
          [2, 3],
          [20, 30],
        ],
        Ben: [
          [1, 5],
          [25, 40],
        ],
      },
    },
  ]);
  const { pairs } = await ask(made, {});
  expect(pairs[0]).toMatchObject({
    times: 3,
    seconds: 9,
    first: { video_id: made.id('a.mp4'), start_s: 2 },
    last: { video_id: made.id('b.mp4'), end_s: 7 },
  });
  const alone = await ask(made, { video_ids: [made.id('a.mp4')] });
  expect(alone.pairs[0]?.last).toEqual({ video_id: made.id('a.mp4'), end_s: 30 });
});

it('tells of the older of two first, and of a group the oldest first', async () => {
  const there = Object.fromEntries(NAMES.map((name): [string, [number, number][]] => [name, [[0, 9]]]));
  const made = await presenceLibrary([{ title: 'a.mp4', people: there }]);
  const people = (await made.library.identities()).toSorted((p, q) => (p.identity_id > q.identity_id ? -1 : 1));
  const oldest = people.map((p) => p.identity_id);
  await made.library.write((writer) =>
    writer.putIdentities(people.map((p, day) => ({ ...p, created_at: `2026-01-0${day + 1}T00:00:00.000Z` }))),
  );
  for (const video_ids of [undefined, [made.id('a.mp4')]]) {
    const { pairs, groups } = await ask(made, { video_ids });
    expect(groups.map((g) => g.identity_ids)).toEqual([oldest]);
    expect(pairs).toHaveLength(10);
    for (const { a, b } of pairs) expect(oldest.indexOf(a)).toBeLessThan(oldest.indexOf(b));
  }
});

it.each(['same_frame', 'same_shot', 'enter'] as const)('%s: pages are what the whole of it says', async (mode) => {
  // Seconds of many are equal, so that it is ids that tell which comes first.
  const made = await presenceLibrary([...randomFilms(5), ...randomFilms(5), { title: 'a.mp4', people: {} }]);
  const service = createTogetherService({ view: createViewReader(async () => made.library), certainty });
  const whole = await service.coOccurrence({ mode });
  expect(whole).toMatchObject({ pairs_total: 10, groups_total: whole.groups.length });
  for (const identity_ids of [undefined, [made.id('Cleo')]]) {
    const all = await service.coOccurrence({ mode, identity_ids });
    for (let from = 0; from <= all.pairs_total; from += 3) {
      const page = await service.coOccurrence({ mode, identity_ids }, undefined, { from, count: 3, groups: 2 });
      const part = { pairs: all.pairs.slice(from, from + 3), groups: all.groups.slice(0, 2) };
      expect(page).toEqual({ ...all, ...part, in_doubt: doubtsIn(part, all) });
    }
  }
});

it.each([{ mode: 'same_frame' }, { mode: 'same_shot' }, { mode: 'within_s', within_s: 3 }, { mode: 'enter' }] as const)(
  '$mode: a page about one person says the same without reading everybody, where they are in few of many films',
  async (request) => {
    const others = [4, 5, 6, 7].flatMap(randomFilms).map(({ people: { Ada: _, ...people } }, i) => ({
      ...{ title: `more ${i}`, people: { ...people, Fay: [[i, 90]] as [number, number][] } },
    }));
    const films = [...randomFilms(3), ...others].map((film) => ({ ...film, shots: [10, 20, 33, 50] }));
    const library = await open(await temporaryHome(), { tuning: { heldTracks: 0 } });
    const made = await presenceLibrary(films, { library });
    const question = { ...request, identity_ids: [made.id('Ada')] };
    const whole = await ask(made, question);
    expect(whole.pairs_total).toBe(4);
    const afresh = async () => {
      const view = createViewReader(async () => made.library);
      return { service: createTogetherService({ view, certainty }), facts: await view.facts() };
    };
    for (const from of [0, 2, 4]) {
      const { service, facts } = await afresh();
      const window = { from, count: 2, groups: 3 };
      const page = await service.coOccurrence(question, undefined, window);
      // Who of equal ones comes first with another is told by what both do everywhere.
      expect(facts.holdsCast()).toBe(request.mode === 'enter');
      const shown = { pairs: whole.pairs.slice(from, from + 2), groups: whole.groups.slice(0, 3) };
      expect(page).toEqual({ ...whole, ...shown, in_doubt: doubtsIn(shown, whole) });
      // It is read behind the answer.
      await expect.poll(() => facts.holdsCast()).toBe(true);
      expect(await service.coOccurrence(question, undefined, window)).toEqual(page);
    }
    // Nor where somebody is in most films.
    const { service, facts } = await afresh();
    await service.coOccurrence({ ...request, identity_ids: [made.id('Ben')] }, undefined, {
      from: 0,
      count: 2,
      groups: 3,
    });
    expect(facts.holdsCast()).toBe(true);
  },
);

it('same_frame: says what share of the time of either two are together, whoever is asked about first', async () => {
  const films = randomFilms(5);
  const made = await presenceLibrary(films);
  const time = (name: string) =>
    films.flatMap((f) => f.people[name] ?? []).reduce((sum, [start, end]) => sum + end - start, 0);
  for (const name of ['Ada', 'Ben', 'Ada'] as const) {
    const { pairs } = await ask(made, { identity_ids: [made.id(name)] });
    expect(pairs.length).toBeGreaterThan(2);
    for (const { b, intervals, jaccard } of pairs) {
      const both = total(intervals);
      expect(jaccard).toBeCloseTo(both / (time(name) + time(made.called(b)) - both), 4);
    }
  }
});

it('tells with whom one comes, first of their pair', async () => {
  const made = await presenceLibrary([
    { title: 'a.mp4', people: { Ada: [[10, 20]], Ben: [[11, 40]], Cleo: [[30, 40]], Dan: [[38, 40.5]] } },
  ]);
  const ben = await ask(made, { mode: 'leave', identity_ids: [made.id('Ben')] });
  expect(ben.pairs.map((p) => [made.called(p.a), made.called(p.b)])).toEqual(
    expect.arrayContaining([
      ['Ben', 'Cleo'],
      ['Ben', 'Dan'],
    ]),
  );
  expect(ben.pairs).toHaveLength(2);
  expect((await ask(made, { mode: 'enter' })).pairs).toHaveLength(1);
});

it.each(['same_frame', 'same_shot', 'within_s', 'enter'] as const)(
  '%s: of one person says the same as of everybody, where they are in few of many films',
  async (mode) => {
    const [first, second] = [randomFilms(3), randomFilms(4)];
    const without = (film: PresenceFilm, ...names: string[]): PresenceFilm => ({
      title: `more ${film.title}`,
      people: Object.fromEntries(Object.entries(film.people).filter(([name]) => !names.includes(name))),
    });
    const made = await presenceLibrary([...first, ...second.map((f) => without(f, 'Ada', 'Ben'))]);
    const request = { mode, ...(mode === 'within_s' ? { within_s: 2 } : {}) };
    const all = await ask(made, request);
    for (const name of ['Ada', 'Cleo']) {
      const id = made.id(name);
      const of = await ask(made, { ...request, identity_ids: [id] });
      expect(of.pairs.length).toBeGreaterThan(2);
      const facing = all.pairs
        .filter((p) => p.a === id || p.b === id)
        .map(({ seconds, times, jaccard, lift, intervals, ...p }) => ({
          with: p.a === id ? p.b : p.a,
          ...{ seconds, times, jaccard, lift, films: new Set(intervals.map((i) => i.video_id)).size },
        }));
      expect(
        of.pairs.map(({ b, seconds, times, jaccard, lift, intervals }) => ({
          with: b,
          ...{ seconds, times, jaccard, lift, films: new Set(intervals.map((i) => i.video_id)).size },
        })),
      ).toEqual(expect.arrayContaining(facing));
      expect(of.pairs).toHaveLength(facing.length);
      expect(of.groups).toEqual(all.groups.filter((g) => g.identity_ids.includes(id)));
      expect(of.coverage).toEqual(all.coverage);
    }
  },
);

it('within_s: tells no time before a film begins, or after its end', async () => {
  const made = await presenceLibrary([{ title: 'a.mp4', duration_s: 10, people: { Ada: [[0, 4]], Ben: [[3, 9]] } }]);
  const { pairs } = await ask(made, { mode: 'within_s', within_s: 20 });
  expect(pairs).toMatchObject([{ seconds: 10, intervals: [{ start_s: 0, end_s: 10 }] }]);
});
