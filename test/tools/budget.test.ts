/**
 * What default answers cost a model on a large library: structured content and text, each, counted by OpenAI's o200k
 * tokenizer on what a client gets.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import pino from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { loadSettings } from '../../src/config/settings.js';
import { createServices, type Services } from '../../src/services/create-services.js';
import { createJobs } from '../../src/services/jobs/jobs.js';
import { finishedJob } from '../../src/services/jobs/job-kinds.js';
import { allTools } from '../../src/tools/all-tools.js';
import { inBrief } from '../../src/tools/definition/brief-answers.js';
import { answerOfJob } from '../../src/tools/answers/job-answer.js';
import type { ToolContext } from '../../src/tools/definition/define-tool.js';
import { tokensOf } from '../../src/tools/answers/tokens.js';
import { groupPhotoFile } from '../support/pictures/group-photo.js';
import { type LargeLibrary, makeLargeLibrary, PEOPLE, VIDEOS } from '../support/libraries/large-library.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });
const MOST = 2_000;

let home: string, services: Services, made: LargeLibrary, context: ToolContext;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-large-'));
  made = await makeLargeLibrary(home);
  const logger = pino({ level: 'silent' });
  services = createServices({ ...loadSettings(), home }, logger);
  const jobs = createJobs({ home, services: async () => services, logger });
  context = {
    services: async () => services,
    jobs: async () => jobs,
    logger,
    signal: new AbortController().signal,
  };
});
afterAll(async () => {
  await (await context.jobs()).close();
  await services.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function ask(name: string, args: object) {
  const tool = allTools.find((t) => t.name === name) ?? expect.unreachable(`no tool ${name}`);
  const { data, text } = await tool.run(args, context);
  const cost = { data: data ? encode(JSON.stringify(data)).length : 0, text: encode(text).length };
  return { data: data ?? {}, text, cost };
}

/** The identity with most tracks, and so on. */
const busiest = (n: number) => made.identities.toSorted((a, b) => b.track_ids.length - a.track_ids.length).slice(0, n);
const ids = (n: number) => busiest(n).map((p) => p.identity_id);

const questions: [string, string, () => object | Promise<object>][] = [
  ['list_identities', 'everyone', () => ({})],
  ['list_identities', 'by name', () => ({ name: 'Müller' })],
  ['co_occurrence', 'everyone', () => ({})],
  ['co_occurrence', 'in one shot', () => ({ mode: 'same_shot' })],
  ['co_occurrence', 'with one', () => ({ identity_ids: ids(1) })],
  ['co_occurrence', 'who comes with whom', () => ({ mode: 'enter', within_s: 30 })],
  ['find_person', 'one by id', () => ({ identity_id: ids(1)[0] })],
  ['find_person', 'twenty by id', () => ({ people: ids(20).map((identity_id) => ({ identity_id })) })],
  ['find_person', 'everyone of a picture', async () => ({ image: await groupPhotoFile() })],
  [
    'verify_faces',
    'a picture and an identity',
    async () => ({ image_a: await groupPhotoFile(), identity_id: ids(1)[0] }),
  ],
  ['verify_faces', 'two pictures', async () => ({ image_a: await groupPhotoFile(), image_b: await groupPhotoFile() })],
  ['verify_faces', 'two identities', () => ({ identity_ids: ids(2) })],
  ['find_person', 'films with all', () => ({ people: ids(3).map((identity_id) => ({ identity_id })), mode: 'videos' })],
  ['find_person', 'films of one', () => ({ identity_id: ids(1)[0], mode: 'videos' })],
  ['find_person', 'scenes', () => ({ identity_id: ids(1)[0], gap_s: 30 })],
  ['show_faces', 'one person', () => ({ identity_ids: ids(1) })],
  ['show_faces', 'two people', () => ({ identity_ids: ids(2), limit: 24 })],
  ['show_faces', 'tracks', () => ({ track_ids: busiest(1)[0]?.track_ids.slice(0, 24) })],
  ['library', 'its videos', () => ({ what: 'videos' })],
  ['library', 'its state', () => ({ what: 'state' })],
  ['calibrate', 'what is in force', () => ({ action: 'status' })],
  ['job', 'all', () => ({})],
  [
    'edit_identities',
    'sixty names',
    () => ({
      dry_run: true,
      edits: ids(60).map((identity_id, i) => ({ action: 'name', identity_id, name: `Somebody ${i}` })),
    }),
  ],
];

it.each(questions)('%s: %s: under 2,000 tokens each', async (name, _, args) => {
  const { data, text, cost } = await ask(name, await args());
  expect(cost.data, JSON.stringify(data).slice(0, 2000)).toBeLessThan(MOST);
  expect(cost.text, text.slice(0, 2000)).toBeLessThan(MOST);
  // The estimate that pages are cut by never falls short, and wastes no more than half.
  if (cost.data > 0) expect(tokensOf(data)).toBeGreaterThanOrEqual(cost.data);
  expect(tokensOf(text)).toBeGreaterThanOrEqual(cost.text);
  expect(tokensOf(data)).toBeLessThan(1.5 * cost.data + 20);
});

it('says how to list everybody where nobody is called so', async () => {
  const { data, text } = await ask('list_identities', { name: 'Nobody at all' });
  expect(data).toMatchObject({ identities_total: 0, hint: expect.stringContaining('without a name') as unknown });
  expect(text).toContain('without a name lists everybody.');
});

it('says how much there is, and pages through all of it', async () => {
  const { data } = await ask('list_identities', {});
  expect(data).toMatchObject({
    identities_total: PEOPLE,
    coverage_totals: { videos: VIDEOS, partly: VIDEOS / 10 },
    next_cursor: expect.any(String) as unknown,
  });
  const asked = { identity_id: ids(1)[0] };
  const seen = new Set<string>();
  let cursor: unknown,
    total: unknown = 0;
  do {
    const { data: page, cost } = await ask('find_person', { ...asked, ...(cursor ? { cursor } : {}) });
    expect(cost.data).toBeLessThan(MOST);
    for (const a of page['appearances'] as object[]) seen.add(JSON.stringify(a));
    ({ next_cursor: cursor, appearances_total: total } = page);
  } while (cursor);
  expect(seen.size).toBe(total);
});

it.each(['full', 'brief'] as const)('%s: tells of a folder and of a video under the same budget', async (detail) => {
  const videos = made.videos.map((v, i) => ({
    source: v.source,
    video_id: i % 7 === 0 ? null : v.video_id,
    duration_s: v.duration_s,
    identities_total: 12,
    already_indexed: false,
    warnings: [],
    coverage: v.coverage,
    error: i % 7 === 0 ? { code: 'unreadable', message: 'There is no video in it.', hint: 'Look at it.' } : null,
  }));
  for (const folder of [videos, videos.slice(1, 2)]) {
    const record = finishedJob('job_a', { source: '/films' }, folder);
    const { data, text } = await answerOfJob(record, { ...context, detail });
    const most = detail === 'brief' ? MOST : 10_000;
    expect(encode(JSON.stringify(detail === 'brief' ? inBrief(data) : data)).length).toBeLessThan(most);
    expect(encode(text).length).toBeLessThan(most);
    if (folder === videos) expect(data).toMatchObject({ videos_total: VIDEOS });
  }
});

it('gives everyone and every film a short name, which is as good as the id', async () => {
  const { data, text } = await ask('list_identities', { limit: 3 });
  const listed = z
    .object({
      identities: z.array(z.object({ identity_id: z.string(), label: z.string().regex(/^P\d+$/) })).min(1),
      videos: z.array(z.object({ video_id: z.string(), label: z.string().regex(/^V\d+$/) })).min(1),
    })
    .parse(data);
  const [person] = listed.identities,
    [film] = listed.videos;
  if (!person || !film) expect.unreachable();
  expect(text).toContain(`${person.label} ${person.identity_id}`);
  expect(text).toContain(`${film.label} ${film.video_id}`);
  const byId = await ask('find_person', { identity_id: person.identity_id, video_ids: [film.video_id] });
  expect(await ask('find_person', { identity_id: person.label, video_ids: [film.label] })).toEqual(byId);
  expect(byId.data).toMatchObject({ identity_id: person.identity_id, label: person.label });
  const pairs = await ask('co_occurrence', { identity_ids: [person.label.toLowerCase()] });
  expect(z.array(z.unknown()).parse(pairs.data['pairs'])[0]).toMatchObject({
    a: person.identity_id,
    a_label: person.label,
    b_label: expect.stringMatching(/^P/) as unknown,
  });
  await expect(ask('find_person', { identity_id: 'P99999' })).rejects.toMatchObject({ code: 'unknown_id' });
  await expect(ask('list_identities', { video_ids: ['V99999'] })).rejects.toMatchObject({ code: 'unknown_id' });
});

it('shows tracks by their first letters, which are as good as the id', async () => {
  const [person] = busiest(1);
  const { data } = await ask('find_person', { identity_id: person?.identity_id });
  const [appearance] = z.array(z.object({ track_ids: z.array(z.string()) })).parse(data['appearances']);
  const [short = ''] = appearance?.track_ids ?? [];
  expect(short).toMatch(/^track_[a-z2-7]{10}$/);
  expect(person?.track_ids.some((id) => id.startsWith(short))).toBe(true);
  const edits = [{ action: 'split', identity_id: person?.identity_id, track_ids: [short] }];
  const { data: split } = await ask('edit_identities', { dry_run: true, edits });
  expect(split).toMatchObject({ steps: [{ action: 'split', moved: [{ tracks: 1 }] }] });
});

it('tells who is on screen at a moment', async () => {
  const [person] = busiest(1);
  const { data } = await ask('find_person', { identity_id: person?.identity_id, limit: 1 });
  const [first] = z
    .array(z.object({ video_id: z.string(), start_s: z.number(), end_s: z.number() }))
    .parse(data['appearances']);
  const { video_id, start_s, end_s } = first ?? expect.unreachable();
  const at = async (at_s: number) => {
    const { data: then } = await ask('list_identities', { video_ids: [video_id], at_s });
    return z
      .array(z.object({ identity_id: z.string() }))
      .parse(then['identities'])
      .map((i) => i.identity_id);
  };
  expect(await at(start_s)).toContain(person?.identity_id);
  expect(await at((start_s + end_s) / 2)).toContain(person?.identity_id);
  expect(await at(end_s)).not.toContain(person?.identity_id);
  const { data: past } = await ask('list_identities', { video_ids: [video_id], at_s: 1e6 });
  expect(past).toMatchObject({ identities: [], hint: expect.stringMatching(/was not looked at: only 00:/) as string });
  await expect(ask('list_identities', { at_s: 1 })).rejects.toMatchObject({ code: 'bad_argument' });
});
