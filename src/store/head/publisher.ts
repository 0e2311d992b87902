/** Puts new versions of tables in force, by the head. */
import { PassingError } from '../../domain/errors/errors.js';
import type { Changes, LibraryIdentity } from '../api.js';
import { nextLog } from './change-log.js';
import { replaceHead, type Head, type HeldHead } from './head.js';
import type { Place, WriteLease } from '../places/place.js';
import { schemaOf } from './schema-migration.js';

/** Moves the head forward on behalf of the one writer, as long as it is the one. */
export class Publisher {
  #head: Head;
  #version: string;
  readonly #began = Date.now();

  constructor(
    private readonly place: Place,
    { head, version }: HeldHead,
    private readonly lease: WriteLease,
  ) {
    this.#head = head;
    this.#version = version;
  }

  get head(): Head {
    return this.#head;
  }

  /**
   * Makes `versions` current, and the library what it `becomes`.
   * @param changed what of it readers find other than before; null: perhaps everything
   * @throws RollcallError `busy` when the lock was lost, `no_space` when a file was cut short: the head stays as it is.
   */
  async publish(
    versions: Partial<Head['versions']>,
    keptUp: Partial<Head['versions']> = {},
    becomes: Partial<
      LibraryIdentity & Pick<Head, 'labelled' | 'photos' | 'cohesion' | 'purge_due' | 'encryption'>
    > = {},
    changed: Changes | null = null,
  ): Promise<void> {
    for (const name of Object.keys(versions)) await this.place.checkWritten(name, this.#began);
    if (this.lease.lost.aborted) throw lockLost();
    const all = { ...this.#head.versions, ...versions };
    const then = { ...this.#head, ...becomes, versions: all };
    const seq = this.#head.seq + 1;
    const next = {
      ...then,
      schema_version: schemaOf(then),
      seq,
      changes: nextLog(this.#head, changed, seq),
      kept_up: { ...this.#head.kept_up, ...keptUp },
    };
    // Somebody who took the lock from a sleeping machine may have written already; going on would lose that.
    const version = await replaceHead(this.place, next, this.#version);
    if (version === null) throw lockLost();
    this.#head = next;
    this.#version = version;
  }

  /** Before files are deleted that another writer may need. @throws RollcallError `busy` when the lock was lost */
  async confirm(): Promise<void> {
    await this.lease.confirm();
    if (this.lease.lost.aborted) throw lockLost();
  }
}

export function lockLost(): PassingError {
  return new PassingError(
    'busy',
    'Another process took over the library while this one was held up.',
    'Nothing was written: try again.',
  );
}
