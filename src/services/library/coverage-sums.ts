/** What was looked at in all videos of an answer, summed up. */
import type { Coverage } from '../answers/coverage.js';

export interface CoverageSums {
  videos: number;
  photos: number;
  /** Of them, those of which something was not looked at. */
  partly: number;
  /** Looked at. */
  decoded_s: number;
  faces_seen: number;
  faces_kept: number;
  /** Those of which something was not looked at, or faces may have been missed. */
  told: readonly Coverage[];
}

export type SumCoverage = (all: readonly Coverage[]) => CoverageSums;

/**
 * Sums each list once. That of all videos is the same one as long as the library is, and every answer tells what was
 * looked at: of thousands of videos that takes milliseconds.
 */
export function createSumCoverage(): SumCoverage {
  const made = new WeakMap<readonly Coverage[], CoverageSums>();
  return (all) => {
    const sums = made.get(all) ?? sumCoverage(all);
    made.set(all, sums);
    return sums;
  };
}

export function sumCoverage(all: readonly Coverage[]): CoverageSums {
  const told: Coverage[] = [];
  let partly = 0,
    photos = 0,
    decoded_s = 0,
    faces_seen = 0,
    faces_kept = 0;
  for (const one of all) {
    if (isPartly(one)) partly++;
    if (isPartly(one) || one.notes) told.push(one);
    if (one.photo) photos++;
    let seconds = 0;
    for (const { start_s, end_s } of one.decoded) seconds += end_s - start_s;
    decoded_s += seconds;
    faces_seen += one.faces_seen;
    faces_kept += one.faces_kept;
  }
  return { videos: all.length - photos, photos, partly, decoded_s, faces_seen, faces_kept, told };
}

function isPartly({ not_looked_at, ended_early, merge_refused }: Coverage): boolean {
  return not_looked_at !== undefined || ended_early !== null || merge_refused !== undefined;
}
