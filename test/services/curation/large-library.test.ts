/** Edits of a library of which a part alone is read: they do what they do where all of it is. */
import { expect, it } from 'vitest';
import { SyntheticCast } from '../../../lab/faces/synthetic-tracks.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import type { EditAsked } from '../../../src/services/requests/edit-identities.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import { countingWhole } from '../../support/libraries/whole-reads.js';
import { Curated } from './curated.js';

const using = comparing();
const ALWAYS = -1;

/** What an answer says, without ids that it makes anew. */
function said(steps: readonly object[]): string {
  const made = new Map<string, string>();
  return JSON.stringify(steps).replaceAll(/(identity|edit|reference)_[0-9a-z-]+/g, (id) => {
    if (!made.has(id)) made.set(id, `${made.size}`);
    return made.get(id) ?? '';
  });
}

it('says and does the same as one that is read whole, and reads none of it whole', async () => {
  const cast = new SyntheticCast(33);
  const curated = await Curated.of(using, byVideo(cast.library(20, 80)));
  curated.takePhoto('person-1', cast.track('person-1', 'photo', { quality: 0.9 }));
  const { library, whole } = countingWhole(curated.library);
  const part = curated.editing(library, ALWAYS),
    all = curated.editing(curated.library, Infinity);
  const random = seededRandom(4);
  const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] ?? expect.unreachable('nothing to pick');
  const done: string[] = [];
  const actions = [
    'name',
    'merge',
    'split',
    'assign',
    'reject',
    'ignore',
    'undo',
    'enrol',
    'merge',
    'undo',
    'split',
  ] as const;
  for (const action of actions) {
    const live = (await curated.look()).live();
    const big = live.filter((row) => row.track_ids.length > 3);
    const [one, other] = [any(big), any(live)];
    const some = one.track_ids.slice(0, 2),
      [theirs] = other.track_ids;
    const edits: Record<(typeof actions)[number], EditAsked[]> = {
      name: [{ action: 'name', identity_id: one.identity_id, name: 'Ada' }],
      // A list: the second edit meets what the first has changed.
      merge: [
        { action: 'merge', identity_ids: [one.identity_id, any(live.filter((row) => row !== one)).identity_id] },
        { action: 'reject', identity_id: one.identity_id, track_ids: some },
      ],
      // The third track is like the two that somebody new has by then.
      split: [
        { action: 'split', identity_id: one.identity_id, track_ids: some },
        { action: 'reject', identity_id: one.identity_id, track_ids: one.track_ids.slice(2, 3) },
      ],
      assign: [{ action: 'assign', identity_id: 'Ada', track_ids: [theirs ?? ''] }],
      reject: [{ action: 'reject', identity_id: one.identity_id, track_ids: some }],
      ignore: [{ action: 'ignore', identity_id: other.identity_id, ignore: true }],
      undo: [{ action: 'undo', edit_id: done[Math.floor(random() * done.length)] ?? '' }],
      enrol: [{ action: 'enrol', name: 'Bob', images: ['person-1'] }],
    };
    const asked = { edits: edits[action] };
    const outcome = async (of: typeof part, dry_run: boolean) =>
      of.edit({ ...asked, dry_run }, 'test').then(
        ({ steps }) => steps.map((s) => ({ ...s, edit_id: s.edit_id && '' })),
        (error: unknown) => [String(error)].map((text) => ({ text })),
      );
    const expected = said(await outcome(all, true));
    expect(said(await outcome(part, true))).toBe(expected);
    const answer = await part.edit({ ...asked, dry_run: false }, 'test').catch(() => null);
    for (const { edit_id, action } of answer?.steps ?? [])
      if (edit_id !== null && action !== 'undo') done.push(edit_id);
  }
  expect(done.length).toBeGreaterThan(7);
  expect(whole).toEqual([]);
});

it('tells who else has a name that was given, of people whom no edit spoke of', async () => {
  const curated = await Curated.of(using, byVideo(new SyntheticCast(33).library(20, 80)));
  const [one, ...others] = (await curated.look()).live().map(({ identity_id }) => identity_id);
  const ada = (identity_id = ''): EditAsked => ({ action: 'name', identity_id, name: 'Ada' });
  // More than are like any one of them, who are read to be compared.
  const namesakes = others.slice(0, 12);
  await curated.edit(...namesakes.map(ada));
  const { hint } = await curated.editing(curated.library, ALWAYS).edit({ edits: [ada(one)], dry_run: true }, 'test');
  expect(hint).toContain(`12 others are called "Ada" beside ${one ?? ''}: `);
});
