import { connect, Index, makeArrowTable, type Table } from '@lancedb/lancedb';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { loadEngine } from '../../../src/store/tables/database-engine.js';
import { candidatesPerTrack, ensureSearchIndex } from '../../../src/store/tables/search-index.js';
import { searchTracks } from '../../../src/store/reading/search-tracks.js';
import { randomVector, temporaryHome } from '../fixtures.js';

const DIMENSIONS = 256,
  TRACKS = 3000,
  LIMIT = 100;

const trackOf = (): Record<string, unknown> => ({
  track_id: newId('track'),
  video_id: '',
  population_excess: 0,
  quality: 0.5,
  vector: Array.from(randomVector(DIMENSIONS)),
});

async function tableOfTracks(): Promise<Table> {
  const connection = await connect(await temporaryHome());
  onTestFinished(() => connection.close());
  return connection.createTable('tracks', makeArrowTable(Array.from({ length: TRACKS }, trackOf)));
}

/** Share of the nearest by comparing with every vector that the index finds too. */
async function recall(table: Table): Promise<number> {
  const queries = Array.from({ length: 5 }, () => randomVector(DIMENSIONS));
  let found = 0;
  for (const vector of queries) {
    const exact = table.vectorSearch(vector).distanceType('cosine').select(['track_id', '_distance']).limit(LIMIT);
    const rows: { track_id: string }[] = await exact.bypassVectorIndex().toArray();
    const nearest = new Set(
      (await searchTracks(table, { vector, limit: LIMIT, predicates: [undefined] })).map((n) => n.track_id),
    );
    found += rows.filter((row) => nearest.has(row.track_id)).length;
  }
  return found / (LIMIT * queries.length);
}

const indexOf = async (table: Table): Promise<string | undefined> => (await table.listIndices())[0]?.indexUuid;

test('vectors that lie anywhere are found though few candidates are compared, those that came later too', async () => {
  const table = await tableOfTracks();
  await ensureSearchIndex(await loadEngine(), table, TRACKS + 1);
  expect(await indexOf(table)).toBeUndefined();
  await ensureSearchIndex(await loadEngine(), table, TRACKS);
  expect(await candidatesPerTrack(table)).toBe(2);
  expect(await recall(table)).toBeGreaterThan(0.98);
  await table.add(makeArrowTable(Array.from({ length: 500 }, trackOf)));
  expect(await recall(table)).toBeGreaterThan(0.98);
  await table.optimize();
  expect(await recall(table)).toBeGreaterThan(0.98);
});

test('an index of one bit, as libraries had before, is asked for more candidates until it is made anew', async () => {
  const table = await tableOfTracks();
  await table.createIndex('vector', { config: Index.ivfRq({ distanceType: 'cosine' }) });
  expect(await candidatesPerTrack(table)).toBe(6);
  expect(await recall(table)).toBeGreaterThan(0.9);
  await ensureSearchIndex(await loadEngine(), table, TRACKS);
  expect(await candidatesPerTrack(table)).toBe(2);
  expect(await recall(table)).toBeGreaterThan(0.98);
  const made = await indexOf(table);
  await ensureSearchIndex(await loadEngine(), table, TRACKS);
  expect(await indexOf(table)).toBe(made);
});

test('a library that grows by and by has an index of few segments: with the fourth, all are made one', async () => {
  const table = await tableOfTracks();
  const segments: (number | undefined)[] = [];
  for (let upkeep = 0; upkeep < 7; upkeep++) {
    await table.add(makeArrowTable(Array.from({ length: 300 }, trackOf)));
    await table.optimize();
    await ensureSearchIndex(await loadEngine(), table, TRACKS);
    segments.push((await table.listIndices())[0]?.numSegments);
  }
  expect(segments).toEqual([1, 2, 3, 1, 2, 3, 1]);
  expect(await recall(table)).toBeGreaterThan(0.98);
});
