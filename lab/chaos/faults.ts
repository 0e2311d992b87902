/** What is done to the processes of a seed while they index, at moments that chance says. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '../../test/support/servers/object-store.js';
import type { Kept, RedisServer } from './redis-server.js';
import type { Site } from './site.js';

/** What a blow can reach. */
export interface Struck {
  site: Site;
  redis: RedisServer | null;
  gateway: Gateway | null;
  /** 0..1, the same for the same seed. */
  random: () => number;
}

export interface Fault {
  /** Whether the library lies in an object store. */
  inStore?: boolean;
  /** Whether the server does its own jobs, without a queue. */
  alone?: boolean;
  kept?: Kept;
  /** How bad the lines to Redis and the store are. */
  line?: (random: () => number) => { delayMs?: number; bytesPerSecond?: number; cutAfter?: () => number };
  /** Whether all there is to index is a film of over an hour. */
  hour?: boolean;
  blows: number;
  /** Whether a blow waits for its moment by itself. */
  awaits?: boolean;
  /** One blow, and what mends it. */
  strike?: (struck: Struck) => Promise<void>;
}

const between = (random: () => number, from: number, to: number): number => from + random() * (to - from);
const pause = (random: () => number, from_s: number, to_s: number): Promise<void> =>
  sleep(1000 * between(random, from_s, to_s));

async function killWorker({ site, random }: Struck): Promise<void> {
  const alive = site.workers.filter((child) => child.exitCode === null && child.signalCode === null);
  const one = alive[Math.floor(random() * alive.length)];
  one?.kill('SIGKILL');
  await pause(random, 0, 2);
  site.startWorker(one);
}

/** For longer than its locks last. */
async function stopWorker({ site, random }: Struck): Promise<void> {
  const alive = site.workers.filter((child) => child.exitCode === null && child.signalCode === null);
  const one = alive[Math.floor(random() * alive.length)];
  one?.kill('SIGSTOP');
  await pause(random, 16, 22);
  one?.kill('SIGCONT');
}

/** When all parts of a film are through, and nothing is kept of the film yet. */
async function killJoiners({ site, redis }: Struck): Promise<void> {
  if (!redis) return;
  await redis.untilJoining();
  const killed = [...site.workers];
  for (const child of killed) child.kill('SIGKILL');
  if (!(await redis.isJoining())) throw new Error('the film was put together before its workers were killed');
  for (const child of killed) site.startWorker(child);
}

async function killServer({ site }: Struck): Promise<void> {
  await site.killServer();
}

async function killRedis({ redis, random }: Struck): Promise<void> {
  await redis?.kill();
  await pause(random, 0.5, 4);
  await redis?.start();
}

async function hangRedis({ redis, random }: Struck): Promise<void> {
  redis?.signal('SIGSTOP');
  await pause(random, 3, 20);
  redis?.signal('SIGCONT');
}

async function killStore({ gateway, random }: Struck): Promise<void> {
  gateway?.signal('SIGKILL');
  await pause(random, 1, 10);
  await gateway?.start();
}

async function hangStore({ gateway, random }: Struck): Promise<void> {
  gateway?.signal('SIGSTOP');
  await pause(random, 5, 20);
  gateway?.signal('SIGCONT');
}

const slow: Fault['line'] = (random) => ({
  delayMs: Math.round(between(random, 5, 40)),
  bytesPerSecond: between(random, 3e5, 2e6),
});
/** Most connections carry some hundred kB, if they last. */
const cut: Fault['line'] = (random) => ({ cutAfter: () => 10 ** between(random, 4.3, 6.3) });

export const FAULTS: Readonly<Record<string, Fault>> = {
  none: { blows: 0 },
  'worker killed': { blows: 2, strike: killWorker },
  'worker killed in an hour': { hour: true, blows: 2, strike: killWorker },
  'workers killed at joining': { blows: 1, awaits: true, strike: killJoiners },
  'worker stopped': { blows: 1, strike: stopWorker },
  'server killed': { blows: 2, strike: killServer },
  'redis killed': { blows: 2, kept: 'all', strike: killRedis },
  'redis loses a second': { blows: 2, kept: 'all but a second', strike: killRedis },
  'redis loses all': { blows: 1, kept: 'nothing', strike: killRedis },
  'redis hung': { blows: 1, strike: hangRedis },
  'store killed': { inStore: true, blows: 1, strike: killStore },
  'store hung': { inStore: true, blows: 1, strike: hangStore },
  'store killed, no queue': { inStore: true, alone: true, blows: 1, strike: killStore },
  'server killed, no queue': { alone: true, blows: 1, strike: killServer },
  'worker killed, in a store': { inStore: true, blows: 2, strike: killWorker },
  'worker stopped, in a store': { inStore: true, blows: 1, strike: stopWorker },
  'slow line': { inStore: true, blows: 0, line: slow },
  'cut line': { inStore: true, blows: 0, line: cut },
};
