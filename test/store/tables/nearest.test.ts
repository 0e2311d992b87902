import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import type { Library } from '../../../src/store/api.js';
import type { TrackRow } from '../../../src/store/rows.js';
import { addVideo, makeTrack, makeVideo, open, randomVector, temporaryHome } from '../fixtures.js';

const cosine = (a: Float32Array, b: Float32Array): number => {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, i) => sum + v * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const bruteForce = (
  rows: readonly TrackRow[],
  query: Float32Array,
  limit: number,
): { track_id: string; cosine: number }[] =>
  rows
    .map((row) => ({ track_id: row.track_id, cosine: cosine(row.vector, query) }))
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, limit);

async function commit(library: Library, rows: readonly TrackRow[], video_id: string, run_id: string): Promise<void> {
  for (let i = 0; i < rows.length; i += 1000) await library.stageTracks(rows.slice(i, i + 1000));
  await library.write((writer) => writer.commitVideo(makeVideo(video_id, run_id)));
}

test('nearest is what comparing with every vector gives, with and without a filter', async () => {
  const library = await open(await temporaryHome());
  const [one, two] = [newId('video'), newId('video')];
  const first = await addVideo(library, one, 3000);
  const second = await addVideo(library, two, 500);
  for (let i = 0; i < 5; i++) {
    const query = randomVector().map((x) => x * 3);
    for (const [rows, filter] of [
      [[...first, ...second], {}],
      [second, { video_ids: [two] }],
      [first.slice(0, 1500), { track_ids: first.slice(0, 1500).map((row) => row.track_id) }],
    ] as const) {
      const found = await library.nearest(query, 10, filter);
      const truth = bruteForce(rows, query, 10);
      expect(found.map((hit) => hit.track_id)).toEqual(truth.map((hit) => hit.track_id));
      found.forEach((hit, k) => expect(hit.cosine).toBeCloseTo(truth[k]?.cosine ?? 2, 5));
    }
  }
  const own = first[7];
  expect((await library.nearest(own?.vector ?? randomVector(), 1))[0]).toMatchObject({
    track_id: own?.track_id,
    video_id: one,
    quality: own?.quality,
    population_excess: 0.01,
  });
  expect(await library.nearest(randomVector(), 5, { video_ids: [] })).toEqual([]);
});

test('past the limit upkeep makes an index, and the right person is still found, in tracks old and new', async () => {
  const library = await open(await temporaryHome(), { tuning: { indexRows: 2000, upkeepVersions: 1, keepMs: 0 } });
  const [video_id, run_id] = [newId('video'), newId('run')];
  const people = Array.from({ length: 60 }, () => randomVector());
  const near = (person: Float32Array): Float32Array => {
    const noise = randomVector();
    return person.map((x, i) => x + 0.5 * (noise[i] ?? 0));
  };
  const rows = Array.from({ length: 3000 }, (_, i) =>
    makeTrack(video_id, run_id, { vector: near(people[i % 60] ?? randomVector()) }),
  );
  await commit(library, rows, video_id, run_id);
  const late = await addVideo(library, newId('video'), 1, { vector: near(people[3] ?? randomVector()) });
  let hits = 0;
  for (const [p, person] of people.entries()) {
    const found = await library.nearest(person, 10);
    const truth = new Set(bruteForce([...rows, ...late], person, 10).map((hit) => hit.track_id));
    hits += found.filter((hit) => truth.has(hit.track_id)).length;
    for (const hit of found) {
      const row = [...rows, ...late].find((r) => r.track_id === hit.track_id);
      expect(hit.cosine).toBeCloseTo(row ? cosine(row.vector, person) : 2, 5);
      if (row && row !== late[0]) expect(rows.indexOf(row) % 60).toBe(p);
    }
  }
  expect(hits / 600).toBeGreaterThan(0.95);
  expect((await library.nearest(late[0]?.vector ?? randomVector(), 1))[0]?.track_id).toBe(late[0]?.track_id);
});

test('10 000 tracks of 512 dimensions are staged and committed in reasonable time', async () => {
  const library = await open(await temporaryHome(), { dimensions: 512 });
  const [video_id, run_id] = [newId('video'), newId('run')];
  const crop = new Uint8Array(3000).fill(1);
  const rows = Array.from({ length: 10_000 }, () =>
    makeTrack(video_id, run_id, { vector: randomVector(512), crops: [crop, crop, crop], thumbnail: crop }),
  );
  const t0 = performance.now();
  for (let i = 0; i < rows.length; i += 1000) await library.stageTracks(rows.slice(i, i + 1000));
  const t1 = performance.now();
  await library.write((writer) => writer.commitVideo(makeVideo(video_id, run_id)));
  const t2 = performance.now();
  const found = await library.nearest(rows[77]?.vector ?? randomVector(512), 10);
  const t3 = performance.now();
  const block = await library.vectors();
  const t4 = performance.now();
  const summaries = await library.tracks();
  const t5 = performance.now();
  process.stderr.write(
    `10k x 512: stage ${(t1 - t0).toFixed(0)} ms, commit ${(t2 - t1).toFixed(0)} ms, nearest ${(t3 - t2).toFixed(0)} ms, vectors ${(t4 - t3).toFixed(0)} ms, tracks ${(t5 - t4).toFixed(0)} ms\n`,
  );
  expect(found[0]?.track_id).toBe(rows[77]?.track_id);
  expect([block.data.length, summaries.length]).toEqual([10_000 * 512, 10_000]);
  expect(t2 - t0).toBeLessThan(60_000);
});
