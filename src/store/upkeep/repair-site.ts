/** What a repair does where a library lies, in a folder or in an object store: looks, and moves aside. */
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isAddress } from '../../domain/machine/library-address.js';
import type { StoreLogger } from '../api.js';
import type { TableName } from '../tables/columns.js';
import { waitForLock } from '../files/lock.js';
import { makePrivateFolder, openHome, PRIVATE_FILE } from '../files/private-folder.js';
import { fence, readHeadAt, readHeadCopy, replaceHead, writeHead, type Head } from '../head/head.js';
import { TABLES } from '../places/folder-place.js';
import type { ObjectPlace } from '../places/object-place.js';
import { objectPlaceAt } from '../places/place-at.js';
import { lockLost } from '../head/publisher.js';

const LOCK_STALE_MS = 15_000;
const PIECE_BYTES = 8 * 2 ** 20;

/** Files are named below the library's tables. */
export interface RepairSite {
  /** How often what can't be read is read before it is called damaged. */
  readonly looks: number;
  /** Waits for the right to write. @returns what gives it back */
  lock(waiting: { logger?: StoreLogger | undefined; signal?: AbortSignal | undefined }): Promise<() => Promise<void>>;
  headCopy(): Promise<Head | null>;
  /** Files of a table, or of a part of it. */
  filesOf(table: TableName, part?: string): Promise<string[]>;
  /** Where `putAside` puts what is damaged. */
  readonly aside: string;
  putAside(files: readonly string[]): Promise<void>;
  /** @throws RollcallError `busy` when another process has replaced the head meanwhile */
  writeHead(head: Head): Promise<void>;
}

export function repairSite(home: string): RepairSite {
  const date = new Date().toISOString().replace(/[:.]/g, '-');
  return isAddress(home) ? new ObjectSite(objectPlaceAt(home), date) : new FolderSite(home, date);
}

class FolderSite implements RepairSite {
  readonly looks = 1;
  readonly aside: string;

  constructor(
    private readonly home: string,
    date: string,
  ) {
    this.aside = path.join(home, `damaged-${date}`);
  }

  async lock({ logger, signal }: Parameters<RepairSite['lock']>[0]): Promise<() => Promise<void>> {
    await openHome(this.home, logger);
    const lease = await waitForLock(path.join(this.home, 'write.lock'), LOCK_STALE_MS, { logger, signal });
    return () => lease.release();
  }

  headCopy(): Promise<Head | null> {
    return readHeadCopy(this.home);
  }

  async filesOf(table: TableName, part = ''): Promise<string[]> {
    const below = [`${table}.lance`, ...(part ? [part] : [])];
    const folder = path.join(this.home, TABLES, ...below);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        [...below, ...path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep)].join('/'),
      );
  }

  async putAside(files: readonly string[]): Promise<void> {
    await makePrivateFolder(this.aside);
    for (const file of files) {
      const to = path.join(this.aside, ...file.split('/'));
      await makePrivateFolder(path.dirname(to));
      await rename(path.join(this.home, TABLES, ...file.split('/')), to);
    }
  }

  writeHead(head: Head): Promise<void> {
    return writeHead(this.home, head);
  }
}

class ObjectSite implements RepairSite {
  readonly looks = 2;
  readonly aside: string;
  readonly #folder: string;
  /** Of the head when the repair began; null where there was none. */
  #version: string | null = null;
  #lost: AbortSignal | undefined;

  constructor(
    private readonly place: ObjectPlace,
    date: string,
  ) {
    this.#folder = `damaged/${date}`;
    this.aside = `${place.name}/${this.#folder}`;
  }

  async lock(waiting: Parameters<RepairSite['lock']>[0]): Promise<() => Promise<void>> {
    const lease = await this.place.lock(LOCK_STALE_MS, waiting);
    this.#lost = lease.lost;
    // A head that can't be read has nothing to put the number of the lease into.
    if ((await readHeadAt(this.place).catch(() => null)) !== null) await fence(this.place, lease);
    this.#version = (await this.place.readHead())?.version ?? null;
    return () => lease.release();
  }

  headCopy(): Promise<null> {
    return Promise.resolve(null);
  }

  async filesOf(table: TableName, part = ''): Promise<string[]> {
    const prefix = `${TABLES}/${table}.lance/${part ? `${part}/` : ''}`;
    const keys = (await this.place.list()).map(({ key }) => key);
    return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(TABLES.length + 1));
  }

  /** Copies all before it removes any. */
  async putAside(files: readonly string[]): Promise<void> {
    const wanted = new Set(files.map((file) => `${TABLES}/${file}`));
    const work = await mkdtemp(path.join(os.tmpdir(), 'rollcall-aside-'));
    try {
      for (const object of await this.place.list()) {
        if (!wanted.has(object.key)) continue;
        const file = path.join(work, 'object');
        await writeFile(file, this.place.pieces(object, PIECE_BYTES), { mode: PRIVATE_FILE });
        await this.place.putFile(`${this.#folder}/${object.key.slice(TABLES.length + 1)}`, file);
      }
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    if (this.#lost?.aborted) throw lockLost();
    for (const key of wanted) await this.place.remove(key);
  }

  async writeHead(head: Head): Promise<void> {
    if (this.#lost?.aborted || (await replaceHead(this.place, head, this.#version)) === null) throw lockLost();
  }
}
