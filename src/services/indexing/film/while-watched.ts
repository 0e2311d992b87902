/** Films that are written to while they are watched: recordings, copies under way, others put in their place. */
import { RollcallError } from '../../../domain/errors/errors.js';
import { labelOf, type Source } from '../../../media/sources/source.js';
import type { FileExaminer, FileFacts } from '../examine-file.js';
import type { Watched } from '../watching/run-state.js';

/**
 * What became of a film while it was watched: 'grown', or null for nothing.
 * @throws RollcallError `busy` where what was watched is not what was read before: under its hash other pictures would
 * be known
 */
export async function whatBecame(
  file: Source<'file'>,
  examined: FileFacts,
  examiner: Pick<FileExaminer, 'since'>,
  signal: AbortSignal,
): Promise<'grown' | null> {
  const became = await examiner.since(file, examined, signal);
  if (became !== 'changed') return became;
  throw new RollcallError(
    'busy',
    `${labelOf(file)} was overwritten or replaced while it was watched: nothing of it was kept.`,
    'Index it again once nothing writes to it any more.',
  );
}

/** Says of a film that went on being written that its end was not looked at. */
export function withGrowth(watched: Watched, became: 'grown' | null): Watched {
  if (became === null) return watched;
  const said = 'The file went on growing while it was watched: index it again once it is complete.';
  return { ...watched, ended_early: watched.ended_early === null ? said : `${watched.ended_early} ${said}` };
}
