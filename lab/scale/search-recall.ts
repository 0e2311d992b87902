/**
 * `npx tsx lab/scale/search-recall.ts HOME [--queries 24]`: what the search index of a library's tracks finds of what
 * an exact search does, and how long both take, by how many partitions are looked into and candidates compared.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadEngine, type Table } from '../../src/store/tables/database-engine.js';

const { values, positionals } = parseArgs({
  options: { queries: { type: 'string', default: '24' } },
  allowPositionals: true,
});
const LIMIT = 400;
/** How far a query is from the track it is made of: every number by at most half of this. */
const NOISE = 0.03;
/** Partitions, and how many are compared exactly, of which the nearest are taken. */
const SETTINGS = [
  { probes: 256, candidates: 6 * LIMIT },
  { probes: 256, candidates: 2 * LIMIT },
  { probes: 256, candidates: 1.5 * LIMIT },
  { probes: 256, candidates: 1.25 * LIMIT },
  { probes: 256, candidates: LIMIT },
  { probes: 40, candidates: 2 * LIMIT },
] as const;

const foundSchema = z.object({ track_id: z.string() });
const vectorSchema = z.object({ vector: z.custom<Iterable<number>>((value) => typeof value === 'object') });

interface Searched {
  ids: string[][];
  said: string;
}

async function main(home: string, count: number): Promise<void> {
  const { lance } = await loadEngine();
  const table = await (await lance.connect(path.join(home, 'library.lance'))).openTable('tracks');
  const queries = await queriesOf(table, count);
  const print = (line: string): unknown => process.stdout.write(`${line}\n`);
  const exact = await search(table, queries, null);
  print(`${await table.countRows()} tracks; exact: ${exact.said}`);
  for (const by of SETTINGS) {
    const found = await search(table, queries, by);
    const recalls = [10, 100, LIMIT].map((k) => `@${k} ${recall(found.ids, exact.ids, k).toFixed(4)}`);
    print(`${by.probes} partitions, ${by.candidates} candidates: ${found.said}; recall ${recalls.join(', ')}`);
  }
  table.close();
}

/** Vectors near tracks from all over the table. */
async function queriesOf(table: Table, count: number): Promise<Float32Array[]> {
  const rows = await table.countRows();
  const queries: Float32Array[] = [];
  for (let k = 0; k < count; k++) {
    const at = Math.floor((rows * (k + 0.5)) / count);
    const found: unknown[] = await table.query().select(['vector']).limit(1).offset(at).toArray();
    const { vector } = vectorSchema.parse(found[0]);
    queries.push(Float32Array.from(vector, (x) => x + NOISE * (Math.random() - 0.5)));
  }
  return queries;
}

async function search(
  table: Table,
  queries: readonly Float32Array[],
  by: { probes: number; candidates: number } | null,
): Promise<Searched> {
  const ids: string[][] = [],
    times: number[] = [],
    before = process.cpuUsage();
  for (const vector of queries) {
    const began = performance.now();
    const columns = ['track_id', 'video_id', 'population_excess', 'quality', '_distance'];
    const query = table.vectorSearch(vector).column('vector').distanceType('cosine').select(columns);
    const rows: unknown[] = await (by
      ? query.limit(by.candidates).nprobes(by.probes).refineFactor(1)
      : query.limit(LIMIT).bypassVectorIndex()
    ).toArray();
    times.push(performance.now() - began);
    ids.push(rows.slice(0, LIMIT).map((row) => foundSchema.parse(row).track_id));
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const ms = (n: number | undefined): string => (n ?? NaN).toFixed(0);
  const cpu = (user + system) / 1000 / queries.length;
  return {
    ids,
    said: `p50 ${ms(times[times.length >> 1])} ms, longest ${ms(times.at(-1))} ms, ${ms(cpu)} ms of processor`,
  };
}

/** Share of the exact first `k` that are among those found. */
function recall(found: readonly string[][], exact: readonly string[][], k: number): number {
  const shares = exact.map((ids, i) => {
    const first = new Set(found[i]?.slice(0, k));
    return ids.slice(0, k).filter((id) => first.has(id)).length / Math.min(k, ids.length);
  });
  return shares.reduce((sum, s) => sum + s, 0) / shares.length;
}

await main(positionals[0] ?? '', Number(values.queries));
