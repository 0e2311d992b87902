/** How long a server takes to answer, with a library of made-up films. */
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Server, startServer } from '../../demo/server.js';
import { percentile } from '../spread.js';
import { processorTime, spentBetween } from '../versions/processor-time.js';
import { peakMb } from './peak-mb.js';

/** Milliseconds; p99 of few is the longest. */
export interface Asked {
  first: number;
  p50: number;
  p99: number;
  /** Of the server; NaN where the system does not tell. Of later answers the mean. */
  processor_ms: [first: number, later: number];
}

export interface Answered {
  questions: Record<string, Asked>;
  peak_mb: number | null;
}

/**
 * What is asked about. @property only the questions whose name has this. @property wait_ms that a client waits before
 * its first question
 */
export interface About {
  films: string[];
  people: string[];
  picture: string;
  times: number;
  only?: string;
  wait_ms?: number;
}

/** Milliseconds side by side, as tables have them. */
export function timesText(times_ms: readonly number[]): string {
  return times_ms.map((value) => value.toFixed(value < 10 ? 1 : 0)).join(' · ');
}

/** What a client asks, and the k-th time about what. */
type Question = (server: Server, k: number) => Promise<unknown>;

/** Films that are exported into an answer, which do not fit. */
const MANY_FILMS = 20;

function questionsAbout({ films, people, picture }: Pick<About, 'films' | 'people' | 'picture'>) {
  const of = (ids: readonly string[], k: number): string => ids[k % ids.length] ?? '';
  const person = (k: number): string => of(people, k),
    film = (k: number): string => of(films, k);
  const tool =
    (name: string, args: (k: number) => Record<string, unknown>): Question =>
    (server, k) =>
      server.call(name, args(k), z.unknown());
  const file = { format: 'csv', out: path.join(os.tmpdir(), `rollcall-asked-${process.pid}.csv`), overwrite: true };
  return {
    'find_person by picture': tool('find_person', () => ({ image: picture })),
    'find_person by id': tool('find_person', (k) => ({ identity_id: person(k) })),
    'list_identities, a page': tool('list_identities', () => ({ limit: 20 })),
    'list_identities of a film': tool('list_identities', (k) => ({ video_ids: [film(k)], limit: 20 })),
    'co_occurrence of a film': tool('co_occurrence', (k) => ({ video_ids: [film(k)] })),
    'co_occurrence of a person': tool('co_occurrence', (k) => ({ identity_ids: [person(k)] })),
    'co_occurrence of everything': tool('co_occurrence', () => ({})),
    'show_faces of a person': tool('show_faces', (k) => ({ identity_ids: [person(k)] })),
    'show_faces of two': tool('show_faces', (k) => ({ identity_ids: [person(k), person(k + 1)] })),
    'show_faces of a moment': tool('show_faces', (k) => ({ video_id: film(k), time_s: 10 })),
    'library videos': tool('library', () => ({ what: 'videos' })),
    'library state': tool('library', () => ({})),
    'library suggestions': tool('library', () => ({ what: 'suggestions' })),
    'export of a film': tool('export', (k) => ({ ...file, video_ids: [film(k)] })),
    'export of a person': tool('export', (k) => ({ ...file, identity_ids: [person(k)] })),
    'export too large': async (server, k) => {
      const video_ids = Array.from({ length: MANY_FILMS }, (_, i) => film(k + i));
      return server.client.callTool({ name: 'export', arguments: { format: 'csv', video_ids } });
    },
    'resources, a page': (server) => server.client.listResources(),
    'resource of a person': (server, k) => server.client.readResource({ uri: `rollcall://identity/${person(k)}` }),
    'resource of a film': (server, k) => server.client.readResource({ uri: `rollcall://video/${film(k)}` }),
    'completing a film': (server) =>
      server.client.complete({
        ref: { type: 'ref/resource', uri: 'rollcall://video/{id}' },
        argument: { name: 'id', value: 'made' },
      }),
  } satisfies Record<string, Question>;
}

type Moment = Awaited<ReturnType<typeof processorTime>>;

/** Processor milliseconds of a process between two moments; NaN where the system has no /proc. */
function processorMs(before: Moment, after: Moment): number {
  return before && after ? 1000 * spentBetween(before, after).all : NaN;
}

/**
 * @param films, people to ask about; @param picture of somebody who is not in the library
 * @param times each question is asked after the first time
 */
export async function askServer(
  bin: string,
  home: string,
  { films, people, picture, times, only = '', wait_ms = 0 }: About,
  signal: AbortSignal,
): Promise<Answered> {
  const questions = questionsAbout({ films, people, picture });
  const answered: Answered['questions'] = {};
  let peak_mb: number | null = null;
  for (const [name, question] of Object.entries(questions)) {
    if (!name.includes(only)) continue;
    // A server each, so that the first answer finds nothing read.
    const server = await startServer(bin, home, signal, {});
    try {
      const ask = async (k: number): Promise<number> => {
        const began = performance.now();
        await question(server, k);
        return performance.now() - began;
      };
      if (wait_ms > 0) await sleep(wait_ms, undefined, { signal });
      const started = await processorTime(server.pid);
      const first = await ask(0);
      const answeredOnce = await processorTime(server.pid);
      const rest: number[] = [];
      for (let k = 1; k <= times; k++) rest.push(await ask(k));
      answered[name] = {
        first,
        p50: percentile(rest, 0.5),
        p99: percentile(rest, 0.99),
        processor_ms: [
          processorMs(started, answeredOnce),
          processorMs(answeredOnce, await processorTime(server.pid)) / times,
        ],
      };
      const held = await peakMb(server.pid);
      if (held !== null) peak_mb = Math.max(peak_mb ?? 0, held);
    } finally {
      await server.close();
    }
  }
  return { questions: answered, peak_mb };
}
