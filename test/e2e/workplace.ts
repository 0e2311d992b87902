/** Folders, sessions and clips of one test file, put away after it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, inject } from 'vitest';
import { z } from 'zod';
import { coverageSchema } from '../../src/services/answers/coverage.js';
import { identitySchema } from '../../src/services/answers/identity.js';
import { videoAnswerSchema } from '../../src/services/answers/video.js';
import { openStdio, type Session } from './session.js';

/** What index_video answers once it is through. */
export const indexedSchema = videoAnswerSchema.extend({ hint: z.string().nullable() });
export const listedSchema = z.object({
  identities: z.array(identitySchema),
  identities_total: z.number(),
  coverage: z.array(coverageSchema),
});

/** @returns folders and sessions that end with the test file */
export function workplace(): {
  folder(): Promise<string>;
  stdio(home: string, env?: Record<string, string>): Promise<Session>;
  keep(close: () => Promise<void>): void;
} {
  const closers: (() => Promise<void>)[] = [];
  afterAll(async () => {
    const failed: unknown[] = [];
    for (const close of closers.reverse()) await close().catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join('; '));
  });
  return {
    async folder() {
      const made = await mkdtemp(path.join(os.tmpdir(), 'rollcall-e2e-'));
      closers.push(() => rm(made, { recursive: true, force: true, maxRetries: 5 }));
      return made;
    },
    async stdio(home, env) {
      const session = await openStdio(inject('bin'), home, env);
      closers.push(() => session.close());
      return session;
    },
    keep: (close) => void closers.push(close),
  };
}

/** The clip of a scene. */
export function clip(name: 'lounge.mp4' | 'window.mp4'): string {
  const found = inject('footage').videos.find((video) => video.name === name);
  if (!found) throw new Error(`no clip ${name}`);
  return found.file;
}

/** The first still of a person. */
export function still(person: string): string {
  const found = inject('footage').stills.find((one) => one.person === person);
  if (!found) throw new Error(`no still of ${person}`);
  return found.file;
}

/** Runs ffmpeg; the output file comes last. @returns it */
export async function ffmpeg(args: readonly string[], file: string): Promise<string> {
  await promisify(execFile)('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...args, file]);
  return file;
}

/** A clip shown `times` times over, without encoding anew. */
export function looped(source: string, times: number, file: string): Promise<string> {
  return ffmpeg(['-stream_loop', String(times - 1), '-i', source, '-c', 'copy'], file);
}
