/** One run of chaos: a folder is indexed while something goes wrong, then all that should hold is looked at. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { seededRandom } from '../../src/domain/seeded-sample.js';
import { badNetwork } from '../../test/support/servers/bad-network.js';
import type { ObjectStore } from '../../test/support/servers/object-store.js';
import { type Answers, answersOf } from './answers.js';
import type { Fault } from './faults.js';
import { BAD, PART_MINUTES } from './films.js';
import { leftInQueue, leftInPlace } from './left-behind.js';
import { RedisServer } from './redis-server.js';
import { Site } from './site.js';

const PATIENCE_S = 180,
  PATIENCE_IN_AN_HOUR_S = 900;

const jobSchema = z.object({ job_id: z.string(), state: z.string(), progress: z.number(), stage: z.string() });
const answerSchema = z.object({
  job: jobSchema,
  videos: z
    .array(z.object({ source: z.string(), error: z.object({ code: z.string() }).nullable().optional() }))
    .optional(),
});
const listSchema = z.object({ jobs: z.array(z.object({ job_id: z.string(), state: z.string() })) });

export interface SeedOptions {
  bin: string;
  films: string;
  folder: string;
  fault: Fault;
  signal: AbortSignal;
  seed?: number;
  /** Blows fall within so long: about what it takes undisturbed. */
  within_s?: number;
  store?: ObjectStore | undefined;
  /** What a library that nothing disturbed says. */
  expected?: Answers | undefined;
}

export interface Outcome {
  /** Everything that should not be; empty where all is well. */
  wrong: string[];
  seconds: number;
  /** Moments of the blows, seconds. */
  blows: string[];
  answers: Answers | undefined;
}

export async function runSeed(options: SeedOptions): Promise<Outcome> {
  const { fault, folder, seed = 0 } = options;
  const random = seededRandom(seed * 7919 + 17);
  const ends: (() => Promise<void> | void)[] = [];
  const began = performance.now();
  const outcome: Outcome = { wrong: [], seconds: 0, blows: [], answers: undefined };
  try {
    const redis = fault.alone ? null : await RedisServer.start(path.join(folder, 'redis'), fault.kept ?? 'all');
    if (redis) ends.push(() => redis.end());
    const line = async (url: string): Promise<string> =>
      fault.line ? (await badNetwork(url, fault.line(random), (end) => ends.push(end))).url : url;
    const store = fault.inStore ? options.store : undefined;
    const env: Record<string, string> = { ROLLCALL_PACK: 'fast', ROLLCALL_THREADS: '1', ROLLCALL_LOG_LEVEL: 'error' };
    if (redis) env['ROLLCALL_QUEUE'] = (await line(`redis://127.0.0.1:${redis.port}/0`)).replace('http:', 'redis:');
    if (store) Object.assign(env, store.env, { AWS_ENDPOINT_URL: await line(store.endpoint) });
    const home = store ? `s3://${store.bucket}/${path.basename(folder)}-${process.pid}` : path.join(folder, 'home');
    const part_minutes = fault.hour ? 30 : PART_MINUTES;
    const site = new Site({ ...options, home, env, workers: fault.alone ? 0 : 2, part_minutes });
    ends.push(() => site.destroy());
    await site.open();
    const striking = strikeAll(options, { site, redis, gateway: store?.gateway ?? null, random }, outcome);
    striking.catch(() => undefined);
    const job_id = await indexAll(site, options, outcome);
    await striking;
    // What came of it may be what Redis has lost.
    if (fault.blows > 0) await indexAll(site, options, outcome, job_id);
    await lookAtAll(site, options, outcome);
    if (redis) outcome.wrong.push(...(await leftInQueue(redis.port)));
    const closed = await site.close();
    if (closed.some((end) => end !== '0')) outcome.wrong.push(`workers ended with ${closed.join(', ')}`);
    outcome.wrong.push(...(await leftInPlace(site, store)));
    const odd = /MaxListeners|"level":50|Unhandled/.exec(site.said);
    if (odd) outcome.wrong.push(`a worker said ${odd[0]}`);
    if (outcome.wrong.length > 0) await writeFile(`${folder}.log`, site.said);
  } catch (error) {
    outcome.wrong.push(String(error));
  } finally {
    for (const end of ends.reverse()) await end();
  }
  outcome.seconds = (performance.now() - began) / 1000;
  return outcome;
}

async function strikeAll(
  { fault, within_s = 0 }: SeedOptions,
  struck: Parameters<NonNullable<Fault['strike']>>[0],
  { blows }: Outcome,
): Promise<void> {
  const began = performance.now();
  const moments = Array.from({ length: fault.blows }, () => struck.random() * within_s).sort((a, b) => a - b);
  for (const moment of moments) {
    if (!fault.awaits) await sleep(Math.max(0, 1000 * moment - (performance.now() - began)));
    const at = performance.now();
    await fault.strike?.(struck);
    blows.push(`${(((fault.awaits ? performance.now() : at) - began) / 1000).toFixed(1)} s`);
  }
}

/** Asks for the folder, and for the job until it is over; asks again where nobody knows the job any more. */
async function indexAll(
  site: Site,
  { films, fault }: SeedOptions,
  { wrong }: Outcome,
  known?: string,
): Promise<string> {
  const start = async (): Promise<string> =>
    (await site.ask('index_video', { source: films, wait_s: 0 }, answerSchema)).job.job_id;
  const patience_s = fault.hour ? PATIENCE_IN_AN_HOUR_S : PATIENCE_S,
    latest = performance.now() + 1000 * patience_s;
  let job_id = known ?? (await start()),
    reached = 0;
  for (;;) {
    let answer: z.infer<typeof answerSchema>;
    try {
      answer = await site.ask('job', { job_id, wait_s: 0.5 }, answerSchema);
    } catch (error) {
      if (!String(error).includes('unknown_id') || (fault.kept ?? 'all') === 'all') throw error;
      job_id = await start();
      continue;
    }
    const { state, progress, stage } = answer.job;
    if (progress < reached && (fault.kept ?? 'all') === 'all')
      wrong.push(`progress went from ${reached} to ${progress}`);
    reached = progress;
    if (state === 'queued' || state === 'running') {
      if (performance.now() < latest) continue;
      wrong.push(`still ${state} after ${patience_s} s, at ${progress}: ${stage}`);
      return job_id;
    }
    if (state !== 'done') wrong.push(`the job ${state}: ${stage}`);
    const failed = (answer.videos ?? []).flatMap(({ source, error }) =>
      error ? [`${path.basename(source)} ${error.code}`] : [],
    );
    if (!isDeepStrictEqual(failed, [`${BAD} not_a_video`])) wrong.push(`failed: ${failed.join(', ') || 'nothing'}`);
    return job_id;
  }
}

async function lookAtAll(site: Site, { expected }: SeedOptions, outcome: Outcome): Promise<void> {
  const { jobs } = await site.ask('job', {}, listSchema);
  const open = jobs.filter(({ state }) => state === 'queued' || state === 'running');
  if (open.length > 0) outcome.wrong.push(`${open.length} jobs are ${open[0]?.state}`);
  const answers = await answersOf(await site.server());
  outcome.answers = answers;
  for (const of of ['films', 'people', 'coverage'] as const) {
    if (!expected || isDeepStrictEqual(answers[of], expected[of])) continue;
    const missing = expected[of].filter((one) => !answers[of].includes(one)),
      more = answers[of].filter((one) => !expected[of].includes(one));
    outcome.wrong.push(
      `other ${of}: ${answers[of].length} for ${expected[of].length}; lacks ${missing.join()}; has ${more.join()}`,
    );
  }
}
