/** What is read for one person, one page or one film is what the whole library says of them. */
import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { seenTogether } from '../../../src/domain/people/co-visibility.js';
import { createViewReader } from '../../../src/services/library/library-view.js';
import { createTogetherService } from '../../../src/services/together/co-occurrence.js';
import { createIdentitiesService } from '../../../src/services/questions/list-identities.js';
import { sharingScreen } from '../../../src/services/questions/share-screen.js';
import { type PresenceFilm, presenceLibrary } from '../../support/libraries/presence-library.js';
import { certainty } from '../../support/libraries/certainty.js';

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Fay', 'Gus'] as const;

/** Films of some of them each, who come and go on whole seconds. */
function films(seed: number): PresenceFilm[] {
  const random = seededRandom(seed);
  return Array.from({ length: 6 }, (_, n) => ({
    title: `${n}.mp4`,
    people: Object.fromEntries(
      NAMES.filter(() => random() < 0.5).map((name) => {
        const spans: [number, number][] = [];
        for (let at = Math.floor(random() * 8), k = 0; k < 4; k++) {
          const end = at + 1 + Math.floor(random() * 4);
          spans.push([at, end]);
          at = end + 2 + Math.floor(random() * 8);
        }
        return [name, spans];
      }),
    ),
  }));
}

it('of one person, one page, two people at one moment', async () => {
  const made = await presenceLibrary(films(3)),
    { library } = made;
  const view = createViewReader(() => Promise.resolve(library));
  const together = createTogetherService({ view, certainty }),
    people = createIdentitiesService({ view, certainty });
  const whole = await view();
  for (const mode of ['same_frame', 'same_shot', 'within_s', 'enter', 'leave'] as const) {
    const all = await together.coOccurrence({ mode, within_s: 2 });
    expect(all.pairs.length).toBeGreaterThan(5);
    for (const { identity_id } of whole.people) {
      const own = await together.coOccurrence({ mode, within_s: 2, identity_ids: [identity_id] });
      const of = (pairs: typeof all.pairs) =>
        pairs
          .map(
            ({ a, b, seconds, times, jaccard, lift }) => [[a, b].sort().join(), seconds, times, jaccard, lift] as const,
          )
          .filter(([pair]) => pair.includes(identity_id))
          .sort(([p], [q]) => (p < q ? -1 : 1));
      expect(of(own.pairs), `${mode} ${identity_id}`).toEqual(of(all.pairs));
      expect(own.groups.map((g) => g.identity_ids.toSorted().join()).sort()).toEqual(
        all.groups
          .flatMap((g) => (g.identity_ids.includes(identity_id) ? [g.identity_ids.toSorted().join()] : []))
          .sort(),
      );
    }
  }
  for (const sort of ['seconds', 'videos', 'name'] as const) {
    const all = await people.list({ sort });
    expect(all.total).toBe(whole.people.length);
    const pages = [];
    for (let from = 0; from < all.total; from += 3)
      pages.push(...(await people.list({ sort }, undefined, { from, count: 3 })).identities);
    expect(pages).toEqual(all.identities);
    expect(all.identities).toEqual(
      all.identities.toSorted((a, b) => (sort === 'seconds' ? b.seconds_on_screen - a.seconds_on_screen : 0)),
    );
  }
  const ids = whole.people.map((p) => p.identity_id);
  let sharing = 0;
  for (const one of whole.people) {
    const found = await sharingScreen(library, one.identity_id, ids);
    sharing += found.size;
    for (const other of whole.people)
      if (other !== one)
        expect(found.has(other.identity_id)).toBe(seenTogether(whole.tracksOf(one), whole.tracksOf(other)));
  }
  expect(sharing).toBeGreaterThan(0);
});
