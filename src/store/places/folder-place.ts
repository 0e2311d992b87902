/** A library in a folder. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { checkWritten } from '../tables/check-written.js';
import type { Connection, LanceModule } from '../tables/database-engine.js';
import { writeAtomically } from '../files/atomic-write.js';
import { hasCode } from '../../domain/errors/error-code.js';
import { waitForLock } from '../files/lock.js';
import { readOrdinary } from '../files/read-ordinary.js';
import type { HeadText, Place, Waiting, WriteLease } from './place.js';

export const HEAD_FILE = 'library.json';
export const COPY_FILE = 'library.json.copy';
export const TABLES = 'library.lance';
/** Far more than a head ever has, bytes. */
const HEAD_BYTES = 16e6;

export class FolderPlace implements Place {
  readonly runs = null;

  constructor(readonly folder: string) {}

  get name(): string {
    return this.folder;
  }

  async readHead(): Promise<HeadText | null> {
    try {
      const text = await readOrdinary(path.join(this.folder, HEAD_FILE), HEAD_BYTES);
      return { text, version: text };
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  }

  async replaceHead(text: string, after: string | null): Promise<string | null> {
    // The writer's lock is what keeps others out; this tells a lock that was lost in the sleep of a machine.
    if (((await this.readHead())?.version ?? null) !== after) return null;
    await writeFolderHead(this.folder, text);
    return text;
  }

  async lock(staleMs: number, waiting: Waiting): Promise<WriteLease> {
    const lease = await waitForLock(path.join(this.folder, 'write.lock'), staleMs, waiting);
    return {
      lost: lease.lost,
      release: () => lease.release(),
      tookOver: false,
      fence: 0,
      confirm: () => Promise.resolve(),
    };
  }

  connect(lance: LanceModule): Promise<Connection> {
    return lance.connect(path.join(this.folder, TABLES), { readConsistencyInterval: 0 });
  }

  checkWritten(table: string, since: number): Promise<void> {
    return checkWritten(path.join(this.folder, TABLES, `${table}.lance`), since);
  }

  async hasData(table: string): Promise<boolean> {
    const data = path.join(this.folder, TABLES, `${table}.lance`, 'data');
    return (await readdir(data).catch(() => [])).length > 0;
  }
}

/**
 * Puts a head in place in one step, so that a reader sees the old file or the new one. Beside it lies a copy, for when
 * the file is lost or damaged (see repair.ts); a copy that is missing or one write behind does no harm.
 */
export async function writeFolderHead(folder: string, text: string): Promise<void> {
  await writeAtomically(path.join(folder, HEAD_FILE), text);
  await writeAtomically(path.join(folder, COPY_FILE), text, { durable: false }).catch(() => undefined);
}
