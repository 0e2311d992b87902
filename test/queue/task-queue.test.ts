import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ElsewhereError } from '../../src/domain/errors/errors.js';
import { TRIES } from '../../src/domain/tries.js';
import { type DoTask, openQueue, type SharedQueue, takeTasks } from '../../src/queue/open-queue.js';
import { hasRedis, startRedis, type TestRedis } from '../support/servers/redis.js';

const logger = pino({ level: 'silent' });

describe.runIf(hasRedis)('a queue of tasks', () => {
  let redis: TestRedis, queue: SharedQueue;
  beforeAll(async () => {
    redis = await startRedis('a-password');
    queue = openQueue(redis.url, logger);
  });
  afterAll(async () => {
    await queue.close();
    await redis.stop();
  });
  const work = (doTask: DoTask): void => {
    const worker = takeTasks(redis.url, doTask, 1, logger);
    onTestFinished(() => worker.close());
  };

  it('tries again what failed for no fault of its own', async () => {
    let tries = 0;
    const ended = new Promise<boolean>((resolve) => {
      work((_, __, isLastTry) => {
        if (++tries < 3) return Promise.reject(new Error('the library is away'));
        resolve(isLastTry);
        return Promise.resolve(true);
      });
    });
    await queue.tasks.add([{ id: 'again', data: {} }]);
    expect(await ended).toBe(false);
    expect(tries).toBe(3);
  });

  it('goes on with what failed at its last try: what it is a part of could never end', async () => {
    const direct = new Redis(redis.url);
    onTestFinished(() => direct.disconnect());
    const lastTry = new Promise<void>((resolve) => {
      work(async (_, __, isLastTry) => {
        if (isLastTry) resolve();
        // As often as it took until now.
        await direct.hset('rollcall:tasks:hopeless', 'atm', TRIES - 2);
        throw new Error('Redis is out of memory');
      });
    });
    await queue.tasks.add([{ id: 'hopeless', data: {} }]);
    await lastTry;
    await expect.poll(() => queue.tasks.depth(), { timeout: 5000 }).toMatchObject({ waiting: 1, active: 0 });
    await direct.flushdb();
  });

  it('leaves to others what its machine cannot do, which is no try', { timeout: 20_000 }, async () => {
    const direct = new Redis(redis.url);
    onTestFinished(() => direct.disconnect());
    let begun = 0;
    const again = new Promise<boolean>((resolve) => {
      work(async (_, __, isLastTry) => {
        if (++begun > 1) {
          resolve(isLastTry);
          return true;
        }
        await direct.hset('rollcall:tasks:elsewhere', 'atm', TRIES - 2);
        throw new ElsewhereError('not_found', 'The disk is not connected here.', 'Connect it.');
      });
    });
    await queue.tasks.add([{ id: 'elsewhere', data: {} }]);
    expect(await again).toBe(false);
  });

  it('has what one worker leaves to others wait for those, not for it', { timeout: 20_000 }, async () => {
    const elsewhere = new ElsewhereError('not_found', 'The disk is not connected here.', 'Connect it.');
    let release: () => void = () => undefined;
    const isBusy = new Promise<void>((begun) => {
      work(async (task) => {
        if (task === 'left') return seen('sighted');
        begun();
        await new Promise<void>((resolve) => (release = resolve));
        return true;
      });
    });
    const took: { who: string; at: number }[] = [];
    const seen = (who: string): boolean => took.push({ who, at: performance.now() }) > 0;
    await queue.tasks.add([{ id: 'long', data: 'long' }]);
    await isBusy;
    let sees = 0;
    work((task) => {
      if (task === 'seen') return Promise.resolve(++sees > 0);
      seen('blind');
      return Promise.reject(elsewhere);
    });
    await queue.tasks.add([
      { id: 'left', data: 'left' },
      { id: 'seen', data: 'seen' },
    ]);
    await expect.poll(() => took.length, { timeout: 10_000 }).toBe(3);
    expect(sees).toBe(1);
    // At first it may be all there is to do; from then on it is met at times.
    expect((took[2]?.at ?? 0) - (took[1]?.at ?? 0)).toBeGreaterThan(4000);
    release();
    await expect
      .poll(() => took.map(({ who }) => who), { timeout: 3000 })
      .toEqual(['blind', 'blind', 'blind', 'sighted']);
  });

  it('tells a worker whose lock ran out, and gives its task to another', { timeout: 40_000 }, async () => {
    const direct = new Redis(redis.url);
    onTestFinished(() => direct.disconnect());
    const begun: AbortSignal[] = [];
    const isTold = new Promise<void>((resolve) => {
      const until: DoTask = async (_, { lost }) => {
        begun.push(lost);
        if (begun.length > 1) return true;
        // As after a sleep of this machine for longer than the lock.
        await direct.del('rollcall:tasks:slept:lock');
        await new Promise<void>((aborted) => lost.addEventListener('abort', () => aborted()));
        resolve();
        return false;
      };
      work(until);
      work(until);
    });
    await queue.tasks.add([{ id: 'slept', data: {} }]);
    await isTold;
    await expect.poll(() => begun.length, { timeout: 20_000 }).toBe(2);
    await expect.poll(() => queue.tasks.depth(), { timeout: 5000 }).toMatchObject({ waiting: 0, active: 0 });
    expect(begun[1]?.aborted).toBe(false);
  });
});
