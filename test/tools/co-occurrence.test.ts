/** What is said of two people who are never together. */
import pino from 'pino';
import { expect, it } from 'vitest';
import { coOccurrence } from '../../src/tools/co-occurrence.js';
import { answerIn } from '../../src/tools/definition/hint-words.js';
import { appAt, madeUpLibrary } from '../support/libraries/made-up-library.js';
import { presenceLibrary } from '../support/libraries/presence-library.js';
import { temporaryHome } from '../store/fixtures.js';

it('says that two who are known are never together, and where to look', async () => {
  const home = await temporaryHome();
  const films = [
    { title: 'a.mp4', people: { Ada: [[0, 9]] } },
    { title: 'b.mp4', people: { Ben: [[0, 9]] } },
  ] as const;
  const made = await presenceLibrary(films, { library: await madeUpLibrary(home) });
  const { services, jobs } = appAt(home);
  const context = { services, jobs, logger: pino({ level: 'silent' }), signal: new AbortController().signal };
  const identity_ids = [made.id('Ada'), made.id('Ben')];
  const { data, text } = answerIn('tools', await coOccurrence.run({ identity_ids }, context));
  const hint = 'No two of them are together in what was looked at. find_person with identity_id says where each is.';
  expect(data).toMatchObject({ pairs: [], hint });
  expect(text).toContain(hint);
});
