/**
 * A process of its own that indexes one video into a fresh library and prints what that took as JSON.
 * usage: index-once.ts WARM-UP-VIDEO VIDEO [glance]
 * With `glance` only its key frames are looked at, as `index_video` with `quick` does first.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createApp } from '../../src/app.js';
import { createLogger } from '../../src/config/logger.js';
import { loadSettings } from '../../src/config/settings.js';
import type { IndexedOnce } from './index-in-child.js';

const [warmUp, video, how] = process.argv.slice(2);
if (!warmUp || !video) throw new RangeError('usage: index-once.ts WARM-UP-VIDEO VIDEO [glance]');
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
const { signal } = interrupt;
const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-bench-home-'));
try {
  const app = createApp(loadSettings({ home, logLevel: 'error' }), createLogger('error'));
  try {
    const services = await app.services();
    await services.indexing.indexVideo({ source: warmUp }, { signal });
    const began = performance.now(),
      cpu = process.cpuUsage();
    const found = await services.indexing[how === 'glance' ? 'glance' : 'indexVideo']({ source: video }, { signal });
    if (!found) throw new RangeError(`${video} is too short for a glance.`);
    const { coverage, identities_total } = found;
    const wall_ms = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    const { faces_seen, faces_kept } = coverage;
    const result: IndexedOnce = {
      wall_ms,
      cpu_ms: (user + system) / 1000,
      peak_mb: await peakMemory(),
      faces_seen,
      faces_kept,
      identities: identities_total,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await app.close();
  }
} finally {
  await rm(home, { recursive: true, force: true });
}

/**
 * Most memory this process held at once (worker thread included, ffmpeg not), MB of 10⁶ bytes. Linux's getrusage starts
 * at what the parent held when it forked, so /proc is asked first.
 */
async function peakMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kib = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
  return (kib * 1024) / 1e6;
}
