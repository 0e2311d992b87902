/** A name that is none: what the caller gave instead is said, with where it belongs. */
import { expect, it } from 'vitest';
import { whoIsMeant } from '../../../src/services/library/who-is-meant.js';
import { makeIdentity } from '../../store/rows.js';

const people = [makeIdentity({ name: 'Ada' })];
const saidOf = (name: string): unknown => {
  try {
    return whoIsMeant(name, people);
  } catch (error) {
    return error;
  }
};

it.each([
  ['Grace', 'not_found', /called "Grace"\.$/, /Known names: Ada\./],
  ['video_7ew75bexry', 'bad_argument', /is a video, not a person/, /\{list_identities video_ids\}/],
  ['track_lvkkhxdqfk', 'bad_argument', /is a track of a person/, /\{show_faces track_ids\}/],
  ['P12', 'not_found', /called "P12": that is an id/, /identity_id/],
  ['identity_nobody', 'not_found', /that is an id/, /identity_id/],
])('%s', (name, code, message, hint) => {
  expect(saidOf(name)).toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  });
});
