/** Somebody who is asked for by id has their faces read once, whoever needs them. */
import { expect, it, vi } from 'vitest';
import { loadSettings } from '../../../src/config/settings.js';
import { newId } from '../../../src/domain/ids.js';
import { createSources } from '../../../src/services/allowed-sources.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { createSearchService } from '../../../src/services/questions/find-person.js';
import { HeldSnapshot } from '../../../src/store/reading/held-snapshot.js';
import type { Library } from '../../../src/store/api.js';
import { comparing } from '../../support/libraries/grouping.js';
import { addVideo, makeIdentity, open, temporaryHome } from '../../store/fixtures.js';

const using = comparing();

/** Sums of vectors differ in their last digits with the order in which they are read. */
function rounded(answer: unknown): unknown {
  const round = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(5)) : value);
  return JSON.parse(JSON.stringify(answer, round));
}

function searching(library: Library) {
  const settings = loadSettings({ home: '' }, {});
  const pipeline = using.pipeline();
  const source = () => Promise.resolve(library);
  return createSearchService(
    {
      settings,
      library: source,
      view: createViewReader(source),
      pack: () => Promise.resolve(pipeline.pack),
      calibration: () => Promise.resolve({ ...pipeline.pack.calibration, calibration_id: null, decides: null }),
      sources: createSources(settings),
    },
    { read: () => expect.unreachable(), glimpse: () => expect.unreachable() },
  );
}

it.each([1, 5, 70])('reads those of somebody with %i tracks once, and answers as if all were read', async (many) => {
  const home = await temporaryHome();
  const library = await open(home),
    large = await open(home, { tuning: { heldTracks: 0 } });
  const tracks = await addVideo(library, newId('video'), 100);
  const ids = tracks.map((t) => t.track_id);
  const [someone, ...others] = [ids.slice(0, many), ids.slice(many, many + 10), ids.slice(many + 10)].map((track_ids) =>
    makeIdentity({ track_ids }),
  );
  if (!someone) expect.unreachable();
  await library.write((writer) => writer.putIdentities([someone, ...others]));
  await large.holdTracks();
  const read = vi.spyOn(HeldSnapshot.prototype, 'faces');
  const answer = await searching(large).findPerson({ identity_id: someone.identity_id });
  const asked = read.mock.calls.flatMap(([track_ids]) => track_ids);
  read.mockRestore();
  const own = new Set(someone.track_ids);
  expect(asked.filter((id) => own.has(id))).toHaveLength(Math.min(many, 48));
  expect(new Set(asked).size).toBe(asked.length);
  expect(answer.people[0]?.candidates).toHaveLength(2);
  const small = await searching(library).findPerson({ identity_id: someone.identity_id });
  expect(rounded(answer)).toEqual(rounded(small));
});

it('keeps whom somebody is like until the library changes', async () => {
  const home = await temporaryHome();
  const library = await open(home),
    large = await open(home, { tuning: { heldTracks: 0 } });
  const ids = (await addVideo(library, newId('video'), 12)).map((t) => t.track_id);
  const [one, other] = [ids.slice(0, 5), ids.slice(5, 9)].map((track_ids) => makeIdentity({ track_ids }));
  if (!one || !other) expect.unreachable();
  await library.write((writer) => writer.putIdentities([one, other]));
  const { findPerson } = searching(large);
  const read = vi.spyOn(HeldSnapshot.prototype, 'faces');
  const first = await findPerson({ identity_id: one.identity_id });
  const times = read.mock.calls.length;
  expect(times).toBeGreaterThan(0);
  expect(await findPerson({ identity_id: one.identity_id })).toEqual(first);
  expect(read).toHaveBeenCalledTimes(times);
  // Of those in some videos likes are told of nobody else.
  const { people } = await findPerson({
    identity_id: one.identity_id,
    video_ids: first.coverage.map((c) => c.video_id),
  });
  expect(people[0]?.candidates).toEqual([]);
  await library.write((writer) => writer.putIdentities([makeIdentity({ track_ids: ids.slice(9) })]));
  const later = await findPerson({ identity_id: one.identity_id });
  read.mockRestore();
  expect(later.people[0]?.candidates).toHaveLength(2);
});
