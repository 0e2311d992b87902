/** An agent that puts right who is who, over stdio; and a person at a terminal who takes it back. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';
import { editAnswerSchema } from '../../src/services/answers/edit-identities.js';
import { clip, indexedSchema, listedSchema, still, workplace } from './workplace.js';

const at = workplace();
const foundSchema = z.object({
  identity_id: z.string().nullable(),
  name: z.string().nullable(),
  seconds_on_screen: z.number(),
  appearances: z.array(
    z.object({ video_id: z.string(), start_s: z.number(), end_s: z.number(), track_ids: z.array(z.string()) }),
  ),
});

it('knows somebody by a photo before any footage, by that name alone, and not on screen until they are', async () => {
  const home = path.join(await at.folder(), 'home');
  const server = await at.stdio(home);
  const find = (args: object) => server.call('find_person', args, foundSchema.extend({ hint: z.string().nullable() }));
  const edit = (args: object) => server.call('edit_identities', args, editAnswerSchema);
  const list = () => server.call('list_identities', {}, listedSchema);
  const enrolled = await edit({
    edits: [
      { action: 'enrol', name: 'Violet Purple', images: [still('purple-dress')] },
      { action: 'enrol', name: 'Stranger', images: [still('dark-waves')] },
    ],
  });
  const id = enrolled.steps[0]?.enrolled?.identity_id ?? '';
  expect(await find({ name: 'purple' })).toMatchObject({
    identity_id: id,
    seconds_on_screen: 0,
    appearances: [],
    hint: expect.stringContaining('enrolled, not seen yet') as unknown,
  });
  expect((await list()).identities.map((i) => [i.name, i.seconds_on_screen, ...i.video_ids]).sort()).toEqual([
    ['Stranger', 0],
    ['Violet Purple', 0],
  ]);
  await server.index({ source: clip('lounge.mp4') }, indexedSchema);
  const seen = await find({ name: 'purple' });
  expect(seen).toMatchObject({ identity_id: id, name: 'Violet Purple' });
  expect(seen.seconds_on_screen).toBeGreaterThan(2);
  expect(await find({ image: still('purple-dress') })).toMatchObject({ identity_id: id });
  expect(await find({ name: 'stranger' })).toMatchObject({
    seconds_on_screen: 0,
    hint: expect.stringContaining('enrolled, not seen yet: 1 video was looked at') as unknown,
  });
  expect((await list()).identities_total).toBe(6);
  const { pairs } = await server.call(
    'co_occurrence',
    {},
    z.object({ pairs: z.array(z.object({ a: z.string(), b: z.string() })) }),
  );
  expect(pairs.flatMap((p) => [p.a, p.b])).not.toContain((await find({ name: 'stranger' })).identity_id);
  expect(
    await server.fails('edit_identities', { edits: [{ action: 'enrol', name: 'Film', images: [clip('lounge.mp4')] }] }),
  ).toMatchObject({
    code: 'not_an_image',
  });
  // In a list the wrong one is told from the others, none of which was made.
  const right = { action: 'name', identity_id: id, name: 'Somebody else' };
  for (const [wrong, message] of [
    [{ action: 'enrol', name: 'Film', images: [clip('lounge.mp4')] }, /^edits\.1 \(enrol Film\): /],
    [{ action: 'enrol', name: 'Wall', images: [path.join(home, 'gone.jpg')] }, /^edits\.1 \(enrol Wall\): There is no/],
    [{ action: 'ignore', identity_id: 'P99' }, /^edits\.1\.identity_id: There is no P99/],
    [{ action: 'rename', identity_id: id }, /edits\.1\.action: /],
  ] as const)
    expect(await server.fails('edit_identities', { edits: [right, wrong, right] })).toMatchObject({
      message: expect.stringMatching(message) as unknown,
      hint: expect.stringMatching(/None of the (3 )?edits was made\.$/) as unknown,
    });
  await server.close();
  const again = await at.stdio(home);
  expect(await again.call('find_person', { name: 'violet' }, foundSchema)).toMatchObject({
    identity_id: id,
    seconds_on_screen: seen.seconds_on_screen,
  });
  await again.call('edit_identities', { edits: [{ action: 'undo', to: 0 }] }, editAnswerSchema);
  expect(await again.fails('find_person', { name: 'violet' })).toMatchObject({ code: 'not_found' });
  expect((await again.call('list_identities', {}, listedSchema)).identities.map((i) => i.name)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

it('tells how sure it is that each is one person, also of two that were merged, in an encrypted library', async () => {
  const key = { ROLLCALL_KEY: randomBytes(32).toString('base64') };
  const server = await at.stdio(path.join(await at.folder(), 'home'), key);
  await server.index({ source: clip('lounge.mp4') }, indexedSchema);
  const indexed = await server.index({ source: clip('window.mp4') }, indexedSchema);
  const edit = (args: object) => server.call('edit_identities', args, editAnswerSchema);
  const list = async (args: object = {}) => {
    const { identities } = await server.call('list_identities', args, listedSchema);
    return new Map(identities.map(({ identity_id, ...sure }) => [identity_id, sure]));
  };
  const idOf = async (person: string) =>
    (await server.call('find_person', { image: still(person) }, foundSchema)).identity_id ?? '';
  const [one, other] = [await idOf('purple-dress'), await idOf('green-dress')];
  const before = await list();
  // What indexing answers, and the list of that film.
  for (const { identity_id, score, decision, doubtful, compared } of indexed.identities)
    expect(before.get(identity_id)).toMatchObject({ score, decision, doubtful, compared });
  for (const [id, { score, doubtful }] of await list({ video_ids: [indexed.video_id] }))
    expect(before.get(id)).toMatchObject({ score, doubtful });
  const was = before.get(one) ?? expect.unreachable();
  expect(was).toMatchObject({ decision: 'match', doubtful: 0, compared: was.tracks });
  // The mean of what somebody who is asked for is told with.
  const { appearances } = await server.call(
    'find_person',
    { identity_id: one },
    z.object({ appearances: z.array(z.object({ score: z.number(), track_ids: z.array(z.string()) })) }),
  );
  expect(appearances.every((a) => a.track_ids.length === 1)).toBe(true);
  const mean = appearances.reduce((sum, a) => sum + a.score, 0) / appearances.length;
  expect(was.score).toBeCloseTo(mean, 4);
  const { steps } = await edit({ edits: [{ action: 'merge', identity_ids: [one, other] }] });
  const merged = (await list()).get(one) ?? expect.unreachable();
  expect(merged.score).toBeLessThan((was.score ?? 0) - 0.1);
  expect(merged.doubtful).toBeGreaterThan(0);
  expect(merged.decision).not.toBe('match');
  const text = await server.raw('list_identities', { detail: 'brief' });
  expect(text.structuredContent).toMatchObject({
    identities: expect.arrayContaining([
      expect.objectContaining({ identity_id: one, doubtful: merged.doubtful, compared: merged.compared }),
    ]) as unknown,
    hint: expect.stringMatching(/^1 of 4 people here may be more than one each/) as unknown,
  });
  const together = z.object({ in_doubt: z.array(z.object({ identity_id: z.string(), doubtful: z.number() })) });
  expect((await server.call('co_occurrence', {}, together)).in_doubt).toMatchObject([
    { identity_id: one, doubtful: merged.doubtful },
  ]);
  await edit({ edits: [{ action: 'undo', edit_id: steps[0]?.edit_id }] });
  expect(await list()).toEqual(before);
  expect((await server.call('co_occurrence', {}, together)).in_doubt).toEqual([]);
});

it('names two people, merges them, takes it back, rejects, and all of it outlives indexing and a restart', async () => {
  const home = path.join(await at.folder(), 'home');
  const server = await at.stdio(home);
  await server.index({ source: clip('lounge.mp4') }, indexedSchema);
  const find = (args: object) => server.call('find_person', args, foundSchema);
  const edit = (args: object) => server.call('edit_identities', args, editAnswerSchema);
  const purple = (await find({ image: still('purple-dress') })).identity_id ?? '',
    black = (await find({ image: still('black-blouse') })).identity_id ?? '';

  const named = await edit({
    edits: [
      { action: 'name', identity_id: purple, name: 'Purple' },
      { action: 'name', identity_id: black, name: 'Black' },
    ],
    why: 'the user said so',
  });
  expect(named.steps.map((s) => s.renamed)).toEqual([
    [{ identity_id: purple, from: null, to: 'Purple' }],
    [{ identity_id: black, from: null, to: 'Black' }],
  ]);
  const before = await find({ name: 'purple' });
  expect(before.identity_id).toBe(purple);
  expect(await find({ name: 'PÚRP' })).toMatchObject({ identity_id: purple, name: 'Purple' });
  expect(await server.fails('find_person', { name: 'Violet' })).toMatchObject({ code: 'not_found' });
  expect(
    await server.call(
      'verify_faces',
      { image_a: still('black-blouse'), name: 'black' },
      z.object({ decision: z.string(), identity_id: z.string(), name: z.string() }),
    ),
  ).toEqual({ decision: 'match', identity_id: black, name: 'Black' });

  const wanted = { edits: [{ action: 'merge', identity_ids: [purple, black] }] };
  const dry = await edit({ ...wanted, dry_run: true });
  expect(dry.steps).toMatchObject([{ edit_id: null, moved: [{ from: black, to: purple }] }]);
  expect((await find({ identity_id: black })).name).toBe('Black');
  const merged = await edit(wanted);
  expect(merged.steps[0]?.moved).toEqual(dry.steps[0]?.moved);
  expect(merged.hint).toContain(merged.steps[0]?.edit_id);
  // The old id leads on.
  expect(await find({ identity_id: black })).toMatchObject({ identity_id: purple, name: 'Purple' });
  // They share frames; another clip with both of them, and the same one again, don't part them.
  await server.index({ source: clip('window.mp4') }, indexedSchema);
  await server.index({ source: clip('lounge.mp4'), sample_fps: 4, force: true }, indexedSchema);
  expect(await find({ identity_id: black })).toMatchObject({ identity_id: purple, name: 'Purple' });

  await edit({ edits: [{ action: 'undo', edit_id: merged.steps[0]?.edit_id }] });
  for (const [person, identity_id, name] of [
    ['purple-dress', purple, 'Purple'],
    ['black-blouse', black, 'Black'],
  ])
    expect(await find({ image: still(person ?? '') })).toMatchObject({ identity_id, name });

  const [wrong] = (await find({ identity_id: purple })).appearances;
  const span = { video_id: wrong?.video_id, start_s: wrong?.start_s, end_s: wrong?.end_s };
  const rejected = await edit({ edits: [{ action: 'reject', identity_id: purple, appearances: [span] }] });
  await server.index({ source: clip('lounge.mp4'), force: true }, indexedSchema);
  const inSpan = (a: { video_id: string; start_s: number; end_s: number }) =>
    a.video_id === wrong?.video_id && a.start_s < wrong.end_s - 0.5 && a.end_s > wrong.start_s + 0.5;
  expect((await find({ identity_id: purple })).appearances.filter(inSpan)).toEqual([]);
  expect(
    await server.fails('edit_identities', {
      edits: [{ action: 'assign', identity_id: purple, track_ids: wrong?.track_ids }],
    }),
  ).toMatchObject({ code: expect.stringMatching(/^(contradiction|unknown_id)$/) as unknown });

  await edit({ edits: [{ action: 'ignore', identity_id: black }] });
  const listed = await server.call('list_identities', {}, listedSchema);
  expect(listed.identities.map((i) => i.identity_id)).not.toContain(black);
  expect((await server.call('list_identities', { include_ignored: true }, listedSchema)).identities_total).toBe(
    listed.identities_total + 1,
  );
  await server.close();

  // At a terminal, after a restart.
  const run = async (...args: string[]): Promise<unknown> =>
    JSON.parse(
      (
        await promisify(execFile)(process.execPath, [inject('bin'), ...args, '--json'], {
          env: { ...process.env, ROLLCALL_HOME: home },
        })
      ).stdout,
    );
  const logSchema = z.object({
    edits: z.array(
      z.object({ action: z.string(), by: z.string(), why: z.string().nullable(), undone_by: z.string().nullable() }),
    ),
    total: z.number(),
    next_cursor: z.string().nullable(),
  });
  const log = logSchema.parse(await run('library', 'log'));
  expect(log.edits.map((e) => e.action)).toEqual(['ignore', 'reject', 'undo', 'merge', 'name', 'name']);
  expect(log.edits.at(-1)).toMatchObject({ by: 'rollcall-e2e', why: 'the user said so', undone_by: null });
  expect(log.edits[3]?.undone_by).not.toBeNull();
  const page = logSchema.parse(await run('library', 'log', '--limit', '2'));
  expect(
    logSchema.parse(await run('library', 'log', '--limit', '2', '--cursor', page.next_cursor ?? '')).edits,
  ).toEqual(log.edits.slice(2, 4));
  expect(await run('library')).toMatchObject({ state: { videos: 2, named: 2, ignored: 1, edits: 6 }, total: 2 });
  expect(await run('library', 'videos')).toMatchObject({
    videos: [
      { title: 'lounge.mp4', source: clip('lounge.mp4'), people: expect.any(Number) as unknown },
      { title: 'window.mp4' },
    ],
  });
  const undone = editAnswerSchema.parse(await run('edit', 'undo', rejected.steps[0]?.edit_id ?? ''));
  expect(undone.steps[0]?.undone).toEqual([rejected.steps[0]?.edit_id]);
  expect(foundSchema.parse(await run('find', purple)).appearances.some(inSpan)).toBe(true);
  await run('edit', 'undo-to', '0');
  const all = listedSchema.parse(await run('identities'));
  expect(all.identities_total).toBe(5);
  expect(all.identities.map((i) => i.name)).toEqual([null, null, null, null, null]);
});
