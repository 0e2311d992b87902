/** A library in an object store. */
import { randomBytes } from 'node:crypto';
import { RollcallError } from '../../domain/errors/errors.js';
import type { Connection, LanceModule } from '../tables/database-engine.js';
import { HEAD_FILE, TABLES } from './folder-place.js';
import { waitForLease } from './object-lease.js';
import type { HeadText, Place, Waiting, WriteLease } from './place.js';
import type { ListedObject, ObjectStore } from '../objects/object-store.js';
import { SharedRuns } from './shared-runs.js';

const LEASE = 'write.lease.json';
const PROBE = 'conditions.txt';

export class ObjectPlace implements Place {
  readonly folder = null;
  readonly runs: SharedRuns;
  readonly #objects: ObjectStore;

  /** @param name the library's address @param storageOptions what LanceDB is told to reach the same */
  constructor(
    readonly name: string,
    objects: ObjectStore,
    private readonly storageOptions: Record<string, string>,
  ) {
    this.#objects = objects;
    this.runs = new SharedRuns(objects);
  }

  async readHead(signal?: AbortSignal): Promise<HeadText | null> {
    const found = await this.#objects.get(HEAD_FILE, signal);
    return found && { text: found.text, version: found.etag };
  }

  replaceHead(text: string, after: string | null): Promise<string | null> {
    return this.#objects.put(HEAD_FILE, text, after === null ? { absent: true } : { etag: after });
  }

  lock(staleMs: number, waiting: Waiting): Promise<WriteLease> {
    return waitForLease(this.#objects, LEASE, staleMs, waiting);
  }

  connect(lance: LanceModule): Promise<Connection> {
    const { storageOptions } = this;
    return lance.connect(`${this.name}/${TABLES}`, { storageOptions, readConsistencyInterval: 0 });
  }

  /** A store that says it took an object has all of it. */
  checkWritten(): Promise<void> {
    return Promise.resolve();
  }

  async hasData(table: string): Promise<boolean> {
    return (await this.#objects.list(`${TABLES}/${table}.lance/data/`)).length > 0;
  }

  /** Every object of the library. */
  list(signal?: AbortSignal): Promise<ListedObject[]> {
    return this.#objects.list('', signal);
  }

  /** Writes a file into an object, whatever was there. */
  putFile(key: string, file: string, signal?: AbortSignal): Promise<void> {
    return this.#objects.putFile(key, file, signal);
  }

  remove(key: string): Promise<void> {
    return this.#objects.remove(key);
  }

  pieces(object: ListedObject, pieceBytes: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    return this.#objects.pieces(object.key, object.bytes, pieceBytes, signal);
  }

  /**
   * Whether the store replaces objects only on condition, without which two writers would take each other's work away.
   * @throws RollcallError `bad_argument` when it does not
   */
  async checkConditions(signal?: AbortSignal): Promise<void> {
    const text = (): string => `${randomBytes(8).toString('hex')}\n`;
    await this.#objects.put(PROBE, text(), { absent: true }, signal);
    const twice = await this.#objects.put(PROBE, text(), { absent: true }, signal);
    const stale = await this.#objects.put(PROBE, text(), { etag: this.#objects.noTag }, signal);
    if (twice !== null || stale !== null)
      throw new RollcallError(
        'bad_argument',
        `The store of ${this.name} replaces objects whatever the condition: two writers would undo each other's work.`,
        'Use one that honours If-None-Match and If-Match (of Google x-goog-if-generation-match), as Amazon S3, Ceph, MinIO, Azure and Google Cloud Storage do.',
      );
  }
}
