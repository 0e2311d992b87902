/** How far the work on a folder is, and how long the rest will take. */
import { isPictureName } from '../../domain/photos.js';
import type { IndexJobRecord } from '../../store/records/job-record.js';
import type { ChangeJob } from './job-kinds.js';

/** A film takes about as long as so many photos. */
const PHOTOS_A_FILM = 100;
/** What the rest will take is told once so much time has gone by, seconds, or such a share is done: loading is over. */
const TOLD_AFTER = { s: 30, share: 0.05 } as const;

/** How long a file takes beside others: of a photo 1. */
export function weightOf(file: string): number {
  return isPictureName(file) ? 1 : PHOTOS_A_FILM;
}

export interface FolderProgress {
  /** Some of the files are being worked on; of them a share is done, 0..1. */
  at(files: readonly string[], share: number, stage: string): void;
  /** They are done. */
  done(files: readonly string[]): void;
}

/** @param before files that an earlier run has done */
export function folderProgress(
  files: readonly string[],
  before: ReadonlySet<string>,
  change: ChangeJob<IndexJobRecord>,
): FolderProgress {
  const work = (some: readonly string[]): number => some.reduce((sum, file) => sum + weightOf(file), 0);
  const all = work(files),
    skipped = work(files.filter((file) => before.has(file))) / all,
    began = performance.now();
  let through = skipped,
    progress = skipped;
  change({ progress });
  return {
    at(some, share, stage) {
      progress = Math.max(progress, Math.min(1, through + (share * work(some)) / all));
      const here = progress - skipped;
      const elapsed_s = (performance.now() - began) / 1000;
      const isTold = here > 0 && (elapsed_s >= TOLD_AFTER.s || here >= TOLD_AFTER.share);
      const eta_s = isTold ? elapsed_s * ((1 - progress) / here) : null;
      change({ progress, eta_s, stage });
    },
    done(some) {
      through += work(some) / all;
      progress = Math.max(progress, Math.min(1, through));
      change({ progress });
    },
  };
}
