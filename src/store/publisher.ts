/** Puts new versions of tables in force, by the head. */
import path from 'node:path';
import { RollcallError } from '../domain/errors.js';
import type { LibraryIdentity } from './api.js';
import { checkWritten } from './check-written.js';
import { readHead, writeHead, type Head } from './head.js';
import { schemaOf } from './schema-migration.js';
import type { Lease } from './files/lock.js';
import { TABLES } from './library-copy.js';

/** Moves the head forward on behalf of the one writer, as long as it is the one. */
export class Publisher {
  #head: Head;
  readonly #began = Date.now();

  constructor(
    private readonly home: string,
    head: Head,
    private readonly lease: Lease,
  ) {
    this.#head = head;
  }

  get head(): Head {
    return this.#head;
  }

  /**
   * Makes `versions` current, and the library what it `becomes`.
   * @throws RollcallError `busy` when the lock was lost, `no_space` when a file was cut short: the head stays as it is.
   */
  async publish(
    versions: Partial<Head['versions']>,
    keptUp: Partial<Head['versions']> = {},
    becomes: Partial<LibraryIdentity & Pick<Head, 'labelled' | 'photos' | 'purge_due' | 'encryption'>> = {},
  ): Promise<void> {
    for (const name of Object.keys(versions))
      await checkWritten(path.join(this.home, TABLES, `${name}.lance`), this.#began);
    // Somebody who took the lock from a sleeping machine may have written already; going on would lose that.
    if (this.lease.lost.aborted || (await readHead(this.home))?.seq !== this.#head.seq) throw lockLost();
    const all = { ...this.#head.versions, ...versions };
    const then = { ...this.#head, ...becomes, versions: all };
    const next = {
      ...then,
      schema_version: schemaOf(then),
      seq: this.#head.seq + 1,
      kept_up: { ...this.#head.kept_up, ...keptUp },
    };
    await writeHead(this.home, next);
    this.#head = next;
  }
}

export function lockLost(): RollcallError {
  return new RollcallError(
    'busy',
    'Another process took over the library while this one was held up.',
    'Nothing was written: try again.',
  );
}
