/**
 * Checkpoints of runs: how far a run is, in a file beside its lock. The file's name tells whose run it is, so that a
 * sweep need not read it; it is replaced in one step.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import type { ValueCipher } from '../encryption/value-cipher.js';
import { writeAtomically } from '../files/atomic-write.js';

const OWNER = /^[A-Za-z0-9_-]{1,100}$/;
const ENDING = 'checkpoint';

const checkpointSchema = z.object({
  v: z.literal(1),
  /** Version of the run's table. */
  version: z.number().int().positive(),
  /** Tracks that were not in the table yet, encoded as rows of it. */
  waiting: z.array(z.record(z.string(), z.unknown())),
  /** The caller's own; checked by whoever resumes. */
  state: z.unknown(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** The checkpoints in a folder: whose each is, by run. */
export async function listCheckpoints(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).map((name) => name.split('.'));
  return new Map(
    names.flatMap(([run_id, owner, ending, ...more]) =>
      run_id !== undefined && owner !== undefined && ending === ENDING && more.length === 0
        ? [[run_id, owner] as const]
        : [],
    ),
  );
}

/** @throws RollcallError `bad_argument` for what can be no owner */
export function checkOwner(owner: string): string {
  if (OWNER.test(owner)) return owner;
  throw new RollcallError(
    'bad_argument',
    `${JSON.stringify(owner.slice(0, 80))} can own no run.`,
    'Give the id of a job.',
  );
}

/** @returns null when there is none of that owner, or it can't be read. */
export async function readCheckpoint(
  folder: string,
  run_id: string,
  owner: string,
  cipher: ValueCipher | null,
): Promise<Checkpoint | null> {
  try {
    const read = await readFile(fileOf(folder, run_id, owner));
    const content = cipher ? cipher.open(read, placeOf(run_id)) : read;
    return checkpointSchema.safeParse(deserialize(content)).data ?? null;
  } catch {
    return null; // none, damaged, or sealed with another key: then the run starts over
  }
}

export async function writeCheckpoint(
  folder: string,
  run_id: string,
  owner: string,
  checkpoint: Checkpoint,
  cipher: ValueCipher | null,
): Promise<void> {
  const content = serialize(checkpoint);
  const file = fileOf(folder, run_id, owner);
  await writeAtomically(file, cipher ? cipher.seal(content, placeOf(run_id)) : content);
}

/** Removes every checkpoint of a run, half-written ones as well. */
export async function removeCheckpoints(folder: string, run_id: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [of, , ending] = name.replace(/^\./, '').split('.');
    if (of === run_id && ending === ENDING) await rm(path.join(folder, name), { force: true });
  }
}

function placeOf(run_id: string): string {
  return `checkpoint ${run_id}`;
}

function fileOf(folder: string, run_id: string, owner: string): string {
  return path.join(folder, `${run_id}.${owner}.${ENDING}`);
}
