/** Everybody's means in blocks: which are kept, and which are read again. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { SyntheticCast } from '../../../lab/faces/synthetic-tracks.js';
import { MeanBlocks } from '../../../src/services/suggestions/mean-blocks.js';
import { RankedPeople } from '../../../src/services/suggestions/ranked-people.js';
import { comparing } from '../../support/libraries/grouping.js';
import { Curated } from '../curation/curated.js';

const using = comparing();

it('keeps the sixteen blocks that were asked for last, and none once they are let go', async () => {
  const cast = new SyntheticCast(3);
  const { library } = await Curated.of(using, [
    Array.from({ length: 20 }, (_, k) => cast.track(`person-${k}`, 'video', { quality: 0.9 })),
  ]);
  const people = await RankedPeople.read(library, { ignored: new Set() });
  const blocks = new MeanBlocks(library, people, 1);
  expect(blocks.count).toBeGreaterThan(16);
  const read = vi.spyOn(library, 'people');
  onTestFinished(() => read.mockRestore());
  const readsOf = async (...asked: number[]) => {
    read.mockClear();
    for (const block of asked)
      expect((await blocks.at(block)).at(0)?.identity_id).toBe(people.ids(block, block + 1)[0]);
    return read.mock.calls.length;
  };
  const first = Array.from({ length: 16 }, (_, block) => block);
  expect(await readsOf(...first)).toBe(16);
  expect(await readsOf(...first, 0)).toBe(0);
  // The second goes for it, since the first was asked for once more.
  expect(await readsOf(16)).toBe(1);
  expect(await readsOf(0, 16)).toBe(0);
  expect(await readsOf(1)).toBe(1);
  blocks.forget();
  expect(await readsOf(0, 0)).toBe(1);
});
