/** Where a library lies: what the store needs of a folder, or of an object store. */
import type { StoreLogger } from '../api.js';
import type { Connection, LanceModule } from '../tables/database-engine.js';
import type { SharedRuns } from './shared-runs.js';

/** The content of the head, and what tells whether it still is that. */
export interface HeadText {
  text: string;
  /** Opaque; another one after every change. */
  version: string;
}

/** The right to write, of one process at a time. */
export interface WriteLease {
  /** Fires when it was lost to somebody else, as after a long sleep of the machine. */
  readonly lost: AbortSignal;
  /** Whether it was taken from a holder that gave no sign of life; that one may only have slept. */
  readonly tookOver: boolean;
  /** Rises with every holder; 0 where a lock of the system's needs none. */
  readonly fence: number;
  /** Makes sure of it as of now, before something that can't be undone; `lost` says how it went. */
  confirm(): Promise<void>;
  /** Never fails: one that can't be given back goes stale. */
  release(): Promise<void>;
}

export interface Waiting {
  signal?: AbortSignal | undefined;
  logger?: StoreLogger | undefined;
}

export interface Place {
  /** As people know it. */
  readonly name: string;
  /** Null where it is none. */
  readonly folder: string | null;
  /** Where machines keep what others may go on with; null where all see one folder. */
  readonly runs: SharedRuns | null;
  /** @returns null when there is no library here yet */
  readHead(signal?: AbortSignal): Promise<HeadText | null>;
  /**
   * Puts another head in the place of the one with that version, in one step; null: of none.
   * @returns its version; null when somebody else has replaced it, and nothing was changed
   */
  replaceHead(text: string, after: string | null): Promise<string | null>;
  /** Waits for its turn. @throws RollcallError `cancelled` */
  lock(staleMs: number, waiting: Waiting): Promise<WriteLease>;
  connect(lance: LanceModule): Promise<Connection>;
  /** Whether the files of a table that were written since then are whole. @throws RollcallError `no_space` */
  checkWritten(table: string, since: number): Promise<void>;
  /** Whether there is data of a table that can't be opened. */
  hasData(table: string): Promise<boolean>;
}
