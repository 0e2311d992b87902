/**
 * How far runs are that are not committed, kept with a library that several machines share, so that another goes on
 * where one was killed: an object a run, replaced on condition, that names the parts in which its tracks lie. A machine
 * that slept finds it replaced; parts that it still writes are named by nobody.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ObjectStore } from '../objects/object-store.js';

const FOLDER = 'runs/';
const ENDING = 'checkpoint';

const recordSchema = z.object({ v: z.literal(1), parts: z.array(z.string()), state: z.base64() });

/** The state of a run as this process left or found it. */
export interface SharedRun {
  /** Tells whether it still is that. */
  etag: string;
  /** Keys of its parts, in order. */
  parts: readonly string[];
}

/** What came of saving: the run as it is now, or why not. */
export type Saved = SharedRun | 'gone' | 'taken';

export class SharedRuns {
  constructor(private readonly objects: ObjectStore) {}

  /** @returns null when there is nothing of that owner, or a part of it is gone */
  async load(
    run_id: string,
    owner: string,
    signal?: AbortSignal,
  ): Promise<(SharedRun & { state: Buffer; content: Buffer[] }) | null> {
    const found = await this.objects.get(keyOf(run_id, owner), signal);
    const record = found && readRecord(found.text);
    if (!found || !record) return null;
    const content: Buffer[] = [];
    for (const key of record.parts) {
      const part = await this.objects.getBytes(key, signal);
      if (part === null) return null;
      content.push(part);
    }
    return { etag: found.etag, parts: record.parts, state: Buffer.from(record.state, 'base64'), content };
  }

  /**
   * Adds a part to a run, and puts its state in the place of the one before. @param before null to begin anew, whatever
   * is there
   */
  async save(
    run_id: string,
    owner: string,
    before: SharedRun | null,
    part: Buffer | null,
    state: Buffer,
  ): Promise<Saved> {
    const key = keyOf(run_id, owner);
    const name = `${FOLDER}${run_id}.${owner}.${randomBytes(8).toString('hex')}.part`;
    if (part) await this.objects.putBytes(name, part);
    const parts = [...(before?.parts ?? []), ...(part ? [name] : [])];
    const text = JSON.stringify({ v: 1, parts, state: state.toString('base64') } satisfies z.infer<
      typeof recordSchema
    >);
    const etag = await this.objects.put(key, text, before ? { etag: before.etag } : { absent: true });
    if (etag !== null) return { etag, parts };
    if (part) await this.objects.remove(name);
    return (await this.objects.get(key)) === null ? 'gone' : 'taken';
  }

  /** Whose each run is that is kept. */
  async owners(signal?: AbortSignal): Promise<Map<string, string>> {
    const names = (await this.objects.list(FOLDER, signal)).map(({ key }) => key.slice(FOLDER.length).split('.'));
    return new Map(names.flatMap(([run_id = '', owner]) => (owner === undefined ? [] : [[run_id, owner] as const])));
  }

  /** Removes all of a run; what says how far it is first. */
  async remove(run_id: string): Promise<void> {
    const keys = (await this.objects.list(`${FOLDER}${run_id}.`)).map(({ key }) => key);
    const isRecord = (key: string): boolean => key.endsWith(`.${ENDING}`);
    for (const key of [...keys.filter(isRecord), ...keys.filter((one) => !isRecord(one))])
      await this.objects.remove(key);
  }
}

function keyOf(run_id: string, owner: string): string {
  return `${FOLDER}${run_id}.${owner}.${ENDING}`;
}

function readRecord(text: string): z.infer<typeof recordSchema> | null {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
