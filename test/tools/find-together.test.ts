/** Films that hold all of some people, and scenes: the tool on a real library in which it is known who is when. */
import pino from 'pino';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { total, union } from '../../src/domain/intervals.js';
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { findPerson } from '../../src/tools/find-person.js';
import type { ToolContext } from '../../src/tools/definition/define-tool.js';
import { appAt, madeUpLibrary } from '../support/libraries/made-up-library.js';
import { type PresenceFilm, type PresenceLibrary, presenceLibrary } from '../support/libraries/presence-library.js';
import { temporaryHome } from '../store/fixtures.js';

const NAMES = ['Ada', 'Ben', 'Cleo'] as const;
const filmsSchema = z.object({
  decision: z.string(),
  people: z.array(z.object({ identity_id: z.string() })),
  videos: z.array(
    z.object({ video_id: z.string(), title: z.string(), seconds: z.array(z.number()), together_s: z.number() }),
  ),
  seconds_on_screen: z.number(),
  hint: z.string().optional(),
});
const scenesSchema = z.object({
  appearances: z.array(
    z.object({
      video_id: z.string(),
      start_s: z.number(),
      end_s: z.number(),
      times: z.number(),
      shots: z.number(),
      seconds_on_screen: z.number(),
      track_ids: z.array(z.string()),
    }),
  ),
  seconds_on_screen: z.number(),
});

/** Every other film lacks somebody; spans are apart by more than a second. */
function randomFilms(): PresenceFilm[] {
  const random = seededRandom(7);
  return Array.from({ length: 8 }, (_, f) => ({
    title: `${f}.mp4`,
    shots: [10, 20, 30],
    people: Object.fromEntries(
      NAMES.filter((_, i) => f % 2 === 0 || i !== f % 3).map((name) => {
        const spans: [number, number][] = [];
        for (let at = Math.floor(random() * 9); spans.length < 4; at += 2 + Math.floor(random() * 9)) {
          const end = at + 1 + Math.floor(random() * 6);
          spans.push([at, end]);
          at = end;
        }
        return [name, spans];
      }),
    ),
  }));
}

let made: PresenceLibrary, context: ToolContext, films: PresenceFilm[];
/** Once a test: opening the networks takes most of its time. */
async function setUp(): Promise<void> {
  const home = await temporaryHome();
  films = randomFilms();
  made = await presenceLibrary(films, { library: await madeUpLibrary(home) });
  const { services, jobs } = appAt(home);
  context = { services, jobs, logger: pino({ level: 'silent' }), signal: new AbortController().signal };
}
const span = (film: PresenceFilm, name: string) =>
  (film.people[name] ?? []).map(([start_s, end_s]) => ({ start_s, end_s }));

it('mode videos: names the films with all of them, and how long each is there', async () => {
  await setUp();
  await filmsWithAll();
  await totalsByPage();
  await nowhereAll();
});

async function filmsWithAll(): Promise<void> {
  const asked = ['Cleo', 'Ada', 'Ben'];
  const { data, text } = await findPerson.run({ people: asked.map((name) => ({ name })), mode: 'videos' }, context);
  const { videos, people, decision, seconds_on_screen } = filmsSchema.parse(data);
  expect(decision).toBe('match');
  expect(people.map((p) => made.called(p.identity_id))).toEqual(asked);
  const expected = films
    .filter((f) => NAMES.every((n) => span(f, n).length > 0))
    .map((f) => {
      let together_s = 0;
      for (let t = 0; t < 100; t++)
        if (NAMES.every((n) => span(f, n).some((s) => s.start_s <= t && t < s.end_s))) together_s++;
      return { title: f.title, seconds: asked.map((n) => total(union(span(f, n)))), together_s };
    });
  expect(expected.length).toBeGreaterThan(3);
  const byTitle = (a: { title: string }, b: { title: string }) => (a.title < b.title ? -1 : 1);
  expect(videos.map(({ title, seconds, together_s }) => ({ title, seconds, together_s })).sort(byTitle)).toEqual(
    expected.sort(byTitle),
  );
  expect(videos.map((v) => v.together_s)).toEqual(videos.map((v) => v.together_s).sort((a, b) => b - a));
  expect(seconds_on_screen).toBe(expected.reduce((s, f) => s + f.together_s, 0));
  expect(text).toMatch(/with all of them/);
  expect(text).toMatch(/Cleo \(P\d+.*\) \d+\.0 s, Ada .* at once/);
}

async function totalsByPage(): Promise<void> {
  let cursor: unknown;
  const seen: string[] = [];
  do {
    const { data } = await findPerson.run(
      { name: 'Ada', mode: 'videos', limit: 3, ...(cursor === undefined ? {} : { cursor }) },
      context,
    );
    const { videos, seconds_on_screen } = filmsSchema.partial({ people: true }).parse(data);
    for (const { title, seconds, together_s } of videos) {
      const film = films.find((f) => f.title === title) ?? expect.unreachable();
      expect(seconds).toEqual([together_s]);
      expect(together_s).toBe(total(union(span(film, 'Ada'))));
      seen.push(title);
    }
    expect(seconds_on_screen).toBe(films.reduce((s, f) => s + total(union(span(f, 'Ada'))), 0));
    cursor = data?.['next_cursor'];
  } while (cursor !== undefined);
  expect(seen.sort()).toEqual(
    films
      .filter((f) => span(f, 'Ada').length > 0)
      .map((f) => f.title)
      .sort(),
  );
}

async function nowhereAll(): Promise<void> {
  const without = films.filter((f) => !('Ben' in f.people)).map((f) => made.id(f.title));
  const { data } = await findPerson.run(
    { people: [{ name: 'Ada' }, { name: 'Ben' }], mode: 'videos', video_ids: without },
    context,
  );
  expect(filmsSchema.parse(data)).toMatchObject({ decision: 'no_match', videos: [] });
}

it('gap_s: joins appearances at most so far apart into scenes', async () => {
  await setUp();
  await scenesOfOne(2);
  await scenesOfOne(5);
  await scenesOfSeveral();
});

async function scenesOfOne(gap_s: number): Promise<void> {
  const { data, text } = await findPerson.run({ name: 'Ada', gap_s, limit: 200 }, context);
  const { appearances, seconds_on_screen } = scenesSchema.parse(data);
  const expected = films.flatMap((f) => union(span(f, 'Ada'), gap_s).map((s) => ({ f, ...s })));
  expect(appearances).toHaveLength(expected.length);
  expect(appearances.length).toBeLessThan(films.reduce((n, f) => n + span(f, 'Ada').length, 0));
  for (const { f, start_s, end_s } of expected) {
    const inside = span(f, 'Ada').filter((s) => s.start_s >= start_s && s.end_s <= end_s);
    expect(appearances.find((a) => a.video_id === made.id(f.title) && a.start_s === start_s)).toMatchObject({
      end_s,
      times: inside.length,
      seconds_on_screen: total(inside),
      shots: 1 + [10, 20, 30].filter((c) => c > start_s && c < end_s).length,
    });
  }
  expect(seconds_on_screen).toBe(films.reduce((s, f) => s + total(span(f, 'Ada')), 0));
  expect(text).toMatch(/scenes, .* in \d appearances?, \d shots?/s);
}

async function scenesOfSeveral(): Promise<void> {
  const people = [{ name: 'Ada' }, { name: 'Ben' }];
  const any = scenesSchema.parse((await findPerson.run({ people, gap_s: 60, limit: 200 }, context)).data);
  expect(any.appearances).toHaveLength(
    films.reduce((n, f) => n + ['Ada', 'Ben'].filter((name) => span(f, name).length > 0).length, 0),
  );
  const both = scenesSchema.parse(
    (await findPerson.run({ people, mode: 'together', gap_s: 60, limit: 200 }, context)).data,
  );
  expect(both.appearances.length).toBeLessThanOrEqual(
    films.filter((f) => 'Ada' in f.people && 'Ben' in f.people).length,
  );
  expect(both.appearances.reduce((s, a) => s + a.seconds_on_screen, 0)).toBe(both.seconds_on_screen);
}
