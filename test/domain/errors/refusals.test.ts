/** What settings rule out says so, and by which setting. */
import { expect, it } from 'vitest';
import { readOnly, unlinked } from '../../../src/domain/errors/refusals.js';

it('names the setting, and all the ways to give it', () => {
  expect(readOnly()).toMatchObject({ code: 'read_only', message: expect.stringContaining('(setting readOnly)') });
  for (const way of ['ROLLCALL_READ_ONLY', '--read-only', '"readOnly"']) expect(readOnly().hint).toContain(way);
  const error = unlinked('A name');
  expect(error).toMatchObject({ code: 'forbidden', message: expect.stringMatching(/^A name would .*linkPeople/) });
  for (const way of ['ROLLCALL_LINK_PEOPLE', '--link-people', '"linkPeople"']) expect(error.hint).toContain(way);
});
