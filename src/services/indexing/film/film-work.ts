/** What the steps of indexing one film share. */
import type { WorkContext } from '../../progress.js';
import type { Resources } from '../../resources.js';
import type { FileExaminer } from '../examine-file.js';
import type { IndexFileOptions } from '../watching/watch-ranges.js';

export interface FilmWork {
  context: WorkContext;
  signal: AbortSignal;
  resources: Resources;
  options: IndexFileOptions;
  examiner: FileExaminer;
}
