/** Lists that are paged through while the library changes: the tools on a real library. */
import pino from 'pino';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { coOccurrence } from '../../src/tools/co-occurrence.js';
import type { Tool, ToolContext } from '../../src/tools/definition/define-tool.js';
import { editIdentities } from '../../src/tools/edit-identities.js';
import { findPerson } from '../../src/tools/find-person.js';
import { library } from '../../src/tools/library.js';
import { listIdentities } from '../../src/tools/list-identities.js';
import { temporaryHome } from '../store/fixtures.js';
import { appAt, madeUpLibrary } from '../support/libraries/made-up-library.js';
import { type PresenceFilm, presenceLibrary } from '../support/libraries/presence-library.js';

const CHANGED = 'The library changed since the page before';
const pageSchema = z.object({ next_cursor: z.string().nullish(), hint: z.string().nullish() });

const LISTS: Readonly<Record<string, [Tool, (identity_id: string) => object]>> = {
  videos: [library, () => ({ what: 'videos' })],
  people: [listIdentities, () => ({})],
  pairs: [coOccurrence, () => ({})],
  appearances: [findPerson, (identity_id) => ({ identity_id })],
  films: [findPerson, (identity_id) => ({ identity_id, mode: 'videos' })],
};

it('a page says that the library changed since the one before, and only then', async () => {
  const home = await temporaryHome();
  const people: PresenceFilm['people'] = { Ada: [[0, 2]], Ben: [[0, 2]], Cleo: [[1, 3]] };
  const films = ['a.mp4', 'b.mp4', 'c.mp4'].map((title) => ({ title, people }));
  const ada = (await presenceLibrary(films, { library: await madeUpLibrary(home) })).id('Ada');
  const { services, jobs } = appAt(home);
  const context: ToolContext = { services, jobs, logger: pino({ level: 'silent' }), signal: AbortSignal.any([]) };
  for (const [list, [tool, argumentsOf]] of Object.entries(LISTS)) {
    const page = async (cursor?: string | null) => {
      const { data, text } = await tool.run({ ...argumentsOf(ada), limit: 1, cursor: cursor ?? undefined }, context);
      const { next_cursor, hint } = pageSchema.parse(data);
      return { next_cursor, says: [text.includes(CHANGED), hint?.includes(CHANGED) ?? false] };
    };
    const first = await page();
    expect(first.next_cursor, list).toBeTypeOf('string');
    const second = await page(first.next_cursor);
    await editIdentities.run({ edits: [{ action: 'name', identity_id: ada, name: `Ada of ${list}` }] }, context);
    const late = await page(first.next_cursor);
    const last = await page(late.next_cursor);
    expect([first, second, late, last].map((p) => p.says)).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [false, false],
    ]);
  }
});
