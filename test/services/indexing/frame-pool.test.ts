/** Films that are watched one after another lie in the same memory. */
import pino from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { BufferPool } from '../../../src/media/film/buffer-pool.js';
import { createServices } from '../../../src/services/create-services.js';
import { loungeClip, temporaryFolder } from '../../support/libraries/index-footage.js';

it('takes no more memory for a second film than for the first', async () => {
  const taken = vi.spyOn(BufferPool.prototype, 'take');
  onTestFinished(() => taken.mockRestore());
  const logger = pino({ level: 'silent' }),
    settings = { ...loadSettings(), home: await temporaryFolder(), pack: 'fast' };
  const services = createServices(settings, logger);
  onTestFinished(() => services.close());
  const source = await loungeClip();
  const pools = () => [...new Set(taken.mock.contexts as BufferPool[])];
  const watch = async (start_s: number, end_s: number) => {
    await services.indexing.indexVideo({ source, start_s, end_s });
    return pools().reduce((sum, pool) => sum + pool.allocated, 0);
  };
  const first = await watch(0, 3),
    both = await watch(3, 6);
  expect(pools()).toHaveLength(1);
  expect(first).toBeGreaterThan(4);
  // How many samples are under way at once is not the same each time.
  expect(both).toBeLessThan(1.5 * first);
}, 60_000);
