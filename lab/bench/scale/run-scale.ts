/**
 * `npm run bench -- --scale [--tracks 1000,10000,60000] [--times 20] [--baseline COMMIT]`: what grows with a library.
 * Libraries of made-up films are written, once for each size and version; each version's built server answers
 * questions about its own, and its code joins films more. Without --baseline this version alone.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { z } from 'zod';
import { packageInfo } from '../../../src/config/package-info.js';
import { folderBytes } from '../../../src/store/files/folder-bytes.js';
import { FILM_S, FILM_TRACKS } from '../../scale/made-films.js';
import { buildVersion, dropVersion, type Version } from '../versions/build-version.js';
import { askedAbout } from './asked-about.js';
import { askServer, type Answered, timesText } from './ask-server.js';

export interface ScaleOptions {
  tracks: readonly number[];
  times: number;
  /** null: this version alone. */
  baseline: string | null;
  bin: string;
  picture: string;
  folder: string;
  onStep: (what: string) => void;
}

const madeSchema = z.object({ films: z.number(), tracks: z.number(), people: z.number() });
const joinedSchema = z.object({
  ms: z.number(),
  /** Of all threads. */
  processor_ms: z.number(),
  tracks: z.number(),
  before_mb: z.number().nullable(),
  peak_mb: z.number().nullable(),
});

/** One version with one library. */
export interface AtScale extends z.output<typeof madeSchema>, Answered {
  version: string;
  /** Seconds to write it. */
  made_s: number;
  bytes_per_hour: number;
  joined: z.output<typeof joinedSchema>[];
}

/** Films that are joined, one after another. */
const JOINED = 3;

export async function runScale(options: ScaleOptions, signal: AbortSignal): Promise<AtScale[]> {
  const { baseline, folder, onStep } = options;
  const checkout = path.join(folder, 'baseline');
  const versions: (Version & { root: string })[] = [{ name: 'now', bin: options.bin, root: packageInfo().root }];
  const rows: AtScale[] = [];
  try {
    if (baseline !== null) {
      onStep(`building ${baseline}`);
      versions.unshift({ ...(await buildVersion(baseline, checkout, signal)), root: checkout });
    }
    for (const tracks of options.tracks)
      for (const version of versions) rows.push(await atScale(version, tracks, options, signal));
    return rows;
  } finally {
    if (baseline !== null) await dropVersion(checkout);
  }
}

async function atScale(
  { name, bin, root }: Version & { root: string },
  tracks: number,
  { times, picture, folder, onStep }: ScaleOptions,
  signal: AbortSignal,
): Promise<AtScale> {
  const home = path.join(folder, `home-${name}-${tracks}`);
  await mkdir(home, { recursive: true });
  const child = async (step: string): Promise<unknown> => {
    const script = fileURLToPath(new URL('./in-child.ts', import.meta.url));
    const { stdout } = await execaNode(script, [root, home, String(tracks), step], {
      nodeOptions: ['--import', 'tsx'],
      stderr: 'inherit',
      stdin: 'ignore',
      cancelSignal: signal,
    });
    return JSON.parse(stdout);
  };
  try {
    onStep(`${name}: writing ${tracks} tracks`);
    const began = performance.now();
    const made = madeSchema.parse(await child('make'));
    const made_s = (performance.now() - began) / 1000;
    const bytes = await folderBytes(home, [], signal);
    onStep(`${name}: asking`);
    const answered = await askServer(bin, home, { ...askedAbout(made.films, times), picture, times }, signal);
    const joined = [];
    for (let n = 0; n < JOINED; n++) {
      onStep(`${name}: film ${n + 1} of ${JOINED} more`);
      joined.push(joinedSchema.parse(await child(String(n))));
    }
    return {
      version: name,
      ...made,
      ...answered,
      made_s,
      bytes_per_hour: bytes / ((made.films * FILM_S) / 3600),
      joined,
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Tables in Markdown: versions and sizes in columns. */
export function scaleText(rows: readonly AtScale[]): string {
  const questions = Object.keys(rows[0]?.questions ?? {});
  const line = (what: string, of: (row: AtScale) => string): string => `| ${what} | ${rows.map(of).join(' | ')} |`;
  return [
    `Made-up films of ${FILM_S / 60} minutes, about ${FILM_TRACKS} tracks each; milliseconds, first · p50 · p99:`,
    '',
    line('tracks, version', (r) => `${r.tracks}, ${r.version}`),
    `|---|${rows.map(() => '---:|').join('')}`,
    line('films · people', (r) => `${r.films} · ${r.people}`),
    ...questions.map((q) => line(q, ({ questions: { [q]: a } }) => (a ? timesText([a.first, a.p50, a.p99]) : '–'))),
    line('memory of the server, MB', (r) => String(r.peak_mb ?? '–')),
    line('one film more, joining, s', (r) => r.joined.map((j) => (j.ms / 1000).toFixed(2)).join(' · ')),
    line('processor time of that, s', (r) => r.joined.map((j) => (j.processor_ms / 1000).toFixed(2)).join(' · ')),
    line('memory of that, MB', (r) => String(Math.max(...r.joined.map((j) => j.peak_mb ?? 0)))),
    line('on disk, MB an hour', (r) => (r.bytes_per_hour / 1e6).toFixed(2)),
    line('writing it, s', (r) => r.made_s.toFixed(0)),
  ].join('\n');
}
