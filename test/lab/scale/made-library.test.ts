/** The made-up library that growth is measured with: its faces score as real ones do, and its people are as many. */
import { expect, it } from 'vitest';
import { identityOf, makeLibrary, writeFilms } from '../../../lab/scale/make-library.js';
import { MadeFilms } from '../../../lab/scale/made-films.js';
import { scoreShape, shapeText } from '../../../lab/scale/score-shape.js';
import { loadSettings } from '../../../src/config/settings.js';
import { loadPack } from '../../../src/vision/packs/pack.js';
import { open, PACK, temporaryHome } from '../../store/fixtures.js';

it('scores as the pictures of LFW do that the pack was calibrated on', async () => {
  const { modelsDir, pack } = loadSettings();
  const shape = scoreShape(1, (await loadPack(modelsDir, pack)).calibration);
  expect(shape.filter(({ of }) => of === 'strangers').length).toBeGreaterThanOrEqual(8);
  // The lowest pairs of one person are few, and of LFW some are wrong labels.
  for (const { share, real, made } of shape) if (share > 0.003 || real > 0.3) expect(made).toBeCloseTo(real, 1);
  expect(shapeText(shape)).toContain('| one person | 0.5 lower | 0.706 |');
});

it('holds few people who are seen often and many who are seen once, the same each time', async () => {
  const made = () => new MadeFilms({ seed: 3, pack: PACK, films: 6, crop: new Uint8Array([1]) });
  const library = await open(await temporaryHome(), { dimensions: 256 });
  const { films, tracks, people } = await makeLibrary(library, made(), 6, () => undefined);
  expect(films).toBe(6);
  const [rows, stored] = [await library.identities(), await library.tracks()];
  expect(stored).toHaveLength(tracks);
  expect(rows).toHaveLength(people);
  const counts = rows.map((r) => r.track_ids.length).sort((a, b) => b - a);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(tracks);
  expect(counts[0]).toBeGreaterThan(8 * (counts[counts.length >> 1] ?? 0));
  const again = made().film(2, 'run');
  const [track] = again.tracks;
  expect(await library.vectors({ track_ids: [track?.track_id ?? ''] })).toMatchObject({ data: track?.vector });
  const person = again.people.get(track?.track_id ?? '') ?? -1;
  expect(rows.find((r) => r.identity_id === identityOf(person))?.track_ids).toContain(track?.track_id);
  // One film more has the same people, and its own.
  const more = [...new Set(made().film(6, 'run').people.values())].map(identityOf);
  expect(more.some((id) => rows.some((r) => r.identity_id === id))).toBe(true);
  expect(more.every((id) => rows.some((r) => r.identity_id === id))).toBe(false);
});

it('is the same library when it is written in two goes', async () => {
  const made = () => new MadeFilms({ seed: 3, pack: PACK, films: 4, crop: new Uint8Array([1]) });
  const [whole, parts] = [
    await open(await temporaryHome(), { dimensions: 256 }),
    await open(await temporaryHome(), { dimensions: 256 }),
  ];
  const { tracks } = await makeLibrary(whole, made(), 4, () => undefined);
  const people = new Map<number, string[]>();
  const first = await writeFilms(parts, made(), { from: 0, to: 3 }, people, () => undefined);
  const rest = await writeFilms(parts, made(), { from: 3, to: 4 }, people, () => undefined);
  expect(first + rest).toBe(tracks);
  const whose = async (library: typeof whole) =>
    new Map((await library.identities()).map((p) => [p.identity_id, p.track_ids]));
  expect(await whose(parts)).toEqual(await whose(whole));
});
