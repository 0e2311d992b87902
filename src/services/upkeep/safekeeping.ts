/** A library kept safe: backed up, put back, brought back. */
import path from 'node:path';
import type { Logger } from 'pino';
import { libraryAt, type Settings } from '../../config/settings.js';
import { readLibraryKey } from '../../config/library-key.js';
import { readOnly } from '../../domain/errors/refusals.js';
import type { BackupReport, RestoreReport } from '../../store/upkeep/backup.js';
import type { RepairReport } from '../../store/upkeep/repair.js';

type Where = Pick<Settings, 'home' | 'remote'>;
type Changing = Where & Pick<Settings, 'readOnly'>;
type Opening = Changing & Pick<Settings, 'keyCommand'>;

/** @param file relative to the working folder; must not be there yet */
export async function backUpLibrary(
  where: Where,
  file: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { backUp } = await import('../../store/upkeep/backup.js');
  return backUp({ home: libraryAt(where), localHome: where.home, file: path.resolve(file), logger, signal });
}

/** @param replace whether a library that is there may be moved aside */
export async function restoreLibrary(
  { readOnly: refuses, ...where }: Changing,
  file: string,
  replace: boolean,
  logger: Logger,
  signal: AbortSignal,
): Promise<RestoreReport> {
  if (refuses) throw readOnly();
  const { restore } = await import('../../store/upkeep/backup.js');
  return restore({ home: libraryAt(where), localHome: where.home, file: path.resolve(file), replace, logger, signal });
}

export async function repair(settings: Opening, logger: Logger, signal: AbortSignal): Promise<RepairReport> {
  if (settings.readOnly) throw readOnly();
  const { repairLibrary } = await import('../../store/upkeep/repair.js');
  return repairLibrary({
    home: libraryAt(settings),
    localHome: settings.home,
    key: await readLibraryKey(settings),
    logger,
    signal,
  });
}

/** How the tables are, each read from end to end. @throws RollcallError `damaged_library` */
export async function checkLibrary(where: Where, signal: AbortSignal): Promise<string> {
  const home = libraryAt(where);
  const [{ checkTables }, { readHead }, { asStoreError, TableError }] = await Promise.all([
    import('../../store/upkeep/check-tables.js'),
    import('../../store/head/head.js'),
    import('../../store/tables/table-error.js'),
  ]);
  const head = await readHead(home);
  if (head === null) return 'no library yet';
  const states = await checkTables(home, head, signal);
  const damaged = states.find((state) => state.rows === null);
  if (damaged) throw asStoreError(new TableError(damaged.table, null));
  return states.map(({ table, rows }) => `${rows} ${table}`).join(', ');
}
