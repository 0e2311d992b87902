import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { firstAnswer, openQueue } from '../../src/queue/open-queue.js';
import { freePort } from '../support/servers/free-port.js';
import { hasRedis, startRedis } from '../support/servers/redis.js';

const PASSWORD = 'a-password';

describe.runIf(hasRedis)('a queue whose Redis is started later', () => {
  let port: number, url: string;
  beforeEach(async () => {
    port = await freePort();
    url = `redis://:${PASSWORD}@127.0.0.1:${port}/0`;
  });
  const start = async (password = PASSWORD): Promise<void> => {
    const { stop } = await startRedis(password, port);
    onTestFinished(stop);
  };

  it('takes tasks once it is there', async () => {
    const queue = openQueue(url, pino({ level: 'silent' }));
    onTestFinished(() => queue.close());
    await expect(queue.tasks.add([{ id: 'early', data: {} }])).rejects.toMatchObject({ code: 'unreachable' });
    await start();
    await expect.poll(() => queue.tasks.add([{ id: 'late', data: {} }]).then(() => true, String)).toBe(true);
    expect(await queue.tasks.depth()).toMatchObject({ waiting: 1 });
  });

  it('is waited for, which is said', async () => {
    let answers: Promise<void> | undefined;
    const said = new Promise<string>((resolve) => {
      answers = firstAnswer(url, pino({ level: 'warn' }, { write: resolve }), new AbortController().signal);
    });
    expect(await said).toContain('does not answer');
    await start();
    await answers;
  });

  it('is not waited for where it refuses', async () => {
    await start('another');
    const refused = firstAnswer(url, pino({ level: 'silent' }), new AbortController().signal);
    await expect(refused).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/WRONGPASS|NOAUTH/),
    });
  });

  it('is not waited for by a process that ends', async () => {
    const ending = new AbortController();
    const logger = pino({ level: 'warn' }, { write: () => ending.abort(new Error('the process ends')) });
    const waiting = firstAnswer(url, logger, ending.signal);
    await expect(waiting).rejects.toThrow('the process ends');
  });
});
