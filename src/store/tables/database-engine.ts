/**
 * LanceDB and Arrow, loaded when a library is opened: they cost ~0.2 s, which a server that only lists its tools must
 * not pay.
 */
import { RollcallError } from '../../domain/errors/errors.js';

export type LanceModule = typeof import('@lancedb/lancedb');
export type ArrowModule = typeof import('apache-arrow');
export type { Connection, IndexConfig, Query, Table } from '@lancedb/lancedb';

export interface Engine {
  lance: LanceModule;
  arrow: ArrowModule;
}

/** @throws RollcallError `missing_dependency` when there is no LanceDB binary for this platform. */
export async function loadEngine(): Promise<Engine> {
  try {
    const [lance, arrow] = await Promise.all([import('@lancedb/lancedb'), import('apache-arrow')]);
    // A bundle has the exports of both under `default` only, as is usual for CommonJS; Node finds Arrow's ES modules,
    // which have no default.
    return { lance: lance.default ?? lance, arrow: arrow.default ?? arrow };
  } catch (cause) {
    throw new RollcallError(
      'missing_dependency',
      `LanceDB has no working binary for ${process.platform}-${process.arch}.`,
      'Install again without --no-optional; there is none for Macs with an Intel processor.',
      { cause },
    );
  }
}
