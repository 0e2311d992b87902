/** Questions worth asking, answered by somebody who knows. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { SyntheticCast, type SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';
import { bcubed } from '../../../lab/measures/bcubed.js';
import { byVideo, comparing } from '../../support/libraries/grouping.js';
import type { EditAsked } from '../../../src/services/requests/edit-identities.js';
import { Curated, type Look } from '../curation/curated.js';

const using = comparing();

it('knows of whom there is least to know, but for those who are ignored', async () => {
  const cast = new SyntheticCast(6);
  const seen = [
    ...Array.from({ length: 4 }, () => cast.track('often', 'video-1', { quality: 0.5 })),
    cast.track('once', 'video-2', { quality: 0.4 }),
    cast.track('poor', 'video-3', { quality: 0.3 }),
  ];
  const curated = await Curated.of(using, byVideo(seen));
  const of = async (person: string) =>
    (await curated.look()).owner(seen.find((t) => t.person === person)?.track_id ?? '');
  const poor = await of('poor');
  expect(await curated.curation.leastSure()).toEqual({
    identity_id: poor,
    name: null,
    tracks: 1,
    quality: expect.closeTo(0.3),
  });
  await curated.edit({ action: 'ignore', identity_id: poor });
  expect(await curated.curation.leastSure()).toMatchObject({ identity_id: await of('once') });
  expect(await (await Curated.of(using, [])).curation.leastSure()).toBe(null);
});

// Grouping after each answer takes its time.
it('asks what puts most right, gives the edits that answer it, and asks nothing twice', async () => {
  // Poor pictures, so that there is something to ask.
  const cast = new SyntheticCast(5);
  const tracks = Array.from({ length: 160 }, (_, k) =>
    cast.track(`person-${k % 40}`, `video-${k % 13}`, { quality: 0.1 + (0.4 * (k % 7)) / 7 }),
  );
  const curated = await Curated.of(using, byVideo(tracks));
  const person = new Map(tracks.map((t) => [t.track_id, t.person]));
  const agreement = (look: Look) =>
    bcubed(
      tracks.map((t) => look.owner(t.track_id)),
      tracks.map((t: SyntheticTrack) => t.person),
    ).f;
  const shows = (ids: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const t of ids) counts.set(person.get(t) ?? '', (counts.get(person.get(t) ?? '') ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  };
  const before = agreement(await curated.look());
  const asked = new Set<string>();
  for (let n = 0; n < 6; n++) {
    const { suggestions: all } = await curated.curation.suggestions();
    expect(all.map((s) => s.gain)).toEqual(all.map((s) => s.gain).sort((a, b) => b - a));
    const [first] = all;
    if (!first) break;
    expect(asked).not.toContain(first.question);
    for (const s of all) expect(asked).not.toContain(s.question);
    asked.add(first.question);
    const look = await curated.look();
    const of = (id: string | undefined) => look.person(id ?? '').track_ids;
    const [a, b] = first.identity_ids;
    const part = Array.isArray(first.yes['track_ids']) ? first.yes['track_ids'].map(String) : [];
    const rest = of(a).filter((t) => !part.includes(t));
    const yes = first.kind === 'merge' ? shows(of(a)) === shows(of(b)) : shows(part) !== shows(rest);
    await curated.edit((yes ? first.yes : first.no) as unknown as EditAsked);
  }
  expect(asked.size).toBeGreaterThan(3);
  expect(agreement(await curated.look())).toBeGreaterThan(before);
}, 60_000);

it('compares all tracks once for all pages, and again when the library is another', async () => {
  const cast = new SyntheticCast(5);
  const tracks = Array.from({ length: 40 }, (_, k) =>
    cast.track(`person-${k % 10}`, `video-${k % 4}`, { quality: 0.1 + (0.4 * (k % 7)) / 7 }),
  );
  const curated = await Curated.of(using, byVideo(tracks)),
    { curation } = curated;
  const compare = vi.spyOn(using.pipeline(), 'similarPairs');
  onTestFinished(() => compare.mockRestore());
  const { suggestions: all } = await curation.suggestions();
  const [first] = all;
  if (!first) expect.unreachable();
  const times = compare.mock.calls.length;
  expect(times).toBeGreaterThan(0);
  expect((await curation.suggestions({ signal: new AbortController().signal })).suggestions).toEqual(all);
  expect(compare).toHaveBeenCalledTimes(times);
  await curated.edit(first.no as EditAsked);
  expect((await curation.suggestions()).suggestions.map((s) => s.question)).not.toContain(first.question);
});
