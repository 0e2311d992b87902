/** Checkpoints of runs that any machine may go on with: their tracks and states, sealed where the library is. */
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { ValueCipher } from '../encryption/value-cipher.js';
import type { SharedRun, SharedRuns } from '../places/shared-runs.js';

/** Tracks encoded as rows of the table. */
const rowsSchema = z.array(z.record(z.string(), z.unknown()));
export type EncodedRows = z.infer<typeof rowsSchema>;

export interface SharedCheckpoint {
  at: SharedRun;
  rows: EncodedRows;
  /** The caller's own; checked by whoever resumes. */
  state: unknown;
}

/** @returns null when there is none of that owner, or it can't be read: then the run starts over */
export async function loadShared(
  runs: SharedRuns,
  run_id: string,
  owner: string,
  cipher: ValueCipher | null,
  signal?: AbortSignal,
): Promise<SharedCheckpoint | null> {
  const found = await runs.load(run_id, owner, signal);
  if (!found) return null;
  const open = (sealed: Buffer): unknown => deserialize(cipher ? cipher.open(sealed, placeOf(run_id)) : sealed);
  try {
    const rows = found.content.flatMap((part) => rowsSchema.parse(open(part)));
    return { at: { etag: found.etag, parts: found.parts }, rows, state: open(found.state) };
  } catch {
    return null; // damaged, or sealed with another key
  }
}

/** Keeps what came since the last checkpoint, and the state. @param before the last; null to begin */
export function saveShared(
  runs: SharedRuns,
  run_id: string,
  owner: string,
  before: SharedRun | null,
  { rows, state }: { rows: EncodedRows; state: unknown },
  cipher: ValueCipher | null,
): ReturnType<SharedRuns['save']> {
  const seal = (value: unknown): Buffer => {
    const content = serialize(value);
    return Buffer.from(cipher ? cipher.seal(content, placeOf(run_id)) : content);
  };
  return runs.save(run_id, owner, before, rows.length > 0 ? seal(rows) : null, seal(state));
}

function placeOf(run_id: string): string {
  return `checkpoint ${run_id}`;
}
