/** How long a server takes to answer, with a library of made-up films. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startServer } from '../../demo/server.js';
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
  const of = (ids: readonly string[], k: number): string => ids[k % ids.length] ?? '';
  const person = (k: number): string => of(people, k),
    film = (k: number): string => of(films, k);
  const questions: Record<string, (k: number) => [tool: string, args: Record<string, unknown>]> = {
    'find_person by picture': () => ['find_person', { image: picture }],
    'find_person by id': (k) => ['find_person', { identity_id: person(k) }],
    'list_identities, a page': () => ['list_identities', { limit: 20 }],
    'list_identities of a film': (k) => ['list_identities', { video_ids: [film(k)], limit: 20 }],
    'co_occurrence of a film': (k) => ['co_occurrence', { video_ids: [film(k)] }],
    'co_occurrence of a person': (k) => ['co_occurrence', { identity_ids: [person(k)] }],
    'co_occurrence of everything': () => ['co_occurrence', {}],
  };
  const answered: Answered['questions'] = {};
  let peak_mb: number | null = null;
  for (const [name, question] of Object.entries(questions)) {
    if (!name.includes(only)) continue;
    // A server each, so that the first answer finds nothing read.
    const server = await startServer(bin, home, signal, {});
    try {
      const ask = async (k: number): Promise<number> => {
        const [tool, args] = question(k);
        const began = performance.now();
        await server.call(tool, args, z.unknown());
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
