/** Versions of the server against each other: the same footage through each in turn, as a client has it indexed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { startServer } from '../../demo/server.js';
import type { Version } from './build-version.js';
import { processorTime, type Spent, spentBetween } from './processor-time.js';

/** A video to compare by. */
export interface Footage {
  what: string;
  file: string;
  seconds: number;
}

const answerSchema = z.object({
  identities_total: z.number(),
  coverage: z.array(z.object({ faces_seen: z.number(), faces_kept: z.number() })).min(1),
});

/** What one version took for one video. */
export interface VersionRun {
  wall_s: number;
  /** Null elsewhere than on Linux, as is the memory. */
  cpu: Spent | null;
  /** Most that the server held at once, ffmpeg not included, MB of 10⁶ bytes. */
  peak_mb: number | null;
  identities: number;
  faces_seen: number;
  faces_kept: number;
}

/** One video through both versions, round by round. */
export interface Comparison {
  footage: Footage;
  rounds: { baseline: VersionRun; present: VersionRun }[];
}

/**
 * Both in each round, the one that begins changing with it, so that a machine that slows down slows both. Each run has
 * a process and a library of its own, and has indexed `warmUp` before.
 */
export async function compareVersions(
  versions: { baseline: Version; present: Version },
  footage: readonly Footage[],
  { rounds, warmUp, onStep }: { rounds: number; warmUp: string; onStep: (what: string) => void },
  signal: AbortSignal,
): Promise<Comparison[]> {
  const comparisons = [];
  for (const video of footage) {
    const done: Comparison['rounds'] = [];
    const once = (which: keyof typeof versions) => indexByServer(versions[which].bin, warmUp, video.file, signal);
    for (let n = 0; n < rounds; n++) {
      let baseline = n % 2 === 0 ? await once('baseline') : null;
      const present = await once('present');
      baseline ??= await once('baseline');
      done.push({ baseline, present });
      onStep(`${video.what}, round ${n + 1}: ${baseline.wall_s.toFixed(2)} s, now ${present.wall_s.toFixed(2)} s`);
    }
    comparisons.push({ footage: video, rounds: done });
  }
  return comparisons;
}

/** Indexes `video` by a server with a library of its own, after `warmUp`, which is not counted. */
export async function indexByServer(
  bin: string,
  warmUp: string,
  video: string,
  signal: AbortSignal,
): Promise<VersionRun> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-bench-home-'));
  try {
    // Earlier versions know no `detail`; the processor time of what runs in a sandbox is not told to its parent.
    const server = await startServer(bin, home, signal, {}, { ROLLCALL_SANDBOX: 'off' });
    try {
      const everything = z.unknown();
      await server.index(warmUp, everything);
      const before = await processorTime(server.pid);
      const began = performance.now();
      const answer = await server.index(video, answerSchema);
      const wall_s = (performance.now() - began) / 1000;
      const after = await processorTime(server.pid);
      const [{ faces_seen, faces_kept } = { faces_seen: 0, faces_kept: 0 }] = answer.coverage;
      return {
        wall_s,
        cpu: before && after && spentBetween(before, after),
        peak_mb: await peakMemory(server.pid),
        identities: answer.identities_total,
        faces_seen,
        faces_kept,
      };
    } finally {
      await server.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function peakMemory(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? null : (Number(kib) * 1024) / 1e6;
}
