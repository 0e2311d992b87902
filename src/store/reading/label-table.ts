/** Reads all labels, in columns: the first answer of a process waits for them. */
import type { Table } from '../tables/database-engine.js';
import { asciiIn, columnsOf, integersIn } from '../tables/scan.js';

/** Numbers by id. */
export async function readLabels(table: Table, signal?: AbortSignal): Promise<Map<string, number>> {
  const labels = new Map<string, number>();
  for await (const batch of columnsOf(table, ['id', 'number'], [undefined], signal)) {
    const numbers = integersIn(batch, 'number');
    for (const [i, id] of asciiIn(batch, 'id').entries()) labels.set(id, numbers[i] ?? 0);
  }
  return labels;
}
