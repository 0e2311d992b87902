/** What was looked at, cut so that it fits an answer, and the totals that say how much there is. */
import { z } from 'zod';
import { type Coverage, coverageSchema } from '../services/answers/coverage.js';
import { clock, count } from './format.js';
import { inOutline, listing } from './outlined-schema.js';

const COVERAGE_VIDEOS = 20;

export const coverageShape = listing(
  {
    coverage: inOutline(z.array(coverageSchema), "as index_video's; coverage_totals sums it up"),
    coverage_totals: inOutline(
      z.object({
        videos: z.number().int(),
        decoded_s: z.number().describe('seconds of video that were looked at'),
        faces_seen: z.number().int(),
        faces_kept: z.number().int().describe('good enough to be compared'),
      }),
    ),
  },
  'coverage',
);

export interface CoverageFields {
  coverage: Coverage[];
  coverage_totals: { videos: number; decoded_s: number; faces_seen: number; faces_kept: number };
}

export function coverageFields(all: readonly Coverage[], firstPage = true): CoverageFields {
  const sum = (of: (c: Coverage) => number): number => all.reduce((total, c) => total + of(c), 0);
  return {
    coverage: firstPage ? all.slice(0, COVERAGE_VIDEOS) : [],
    coverage_totals: {
      videos: all.length,
      decoded_s: sum((c) => c.decoded.reduce((s, d) => s + d.end_s - d.start_s, 0)),
      faces_seen: sum((c) => c.faces_seen),
      faces_kept: sum((c) => c.faces_kept),
    },
  };
}

export function coverageLine({ coverage_totals: t }: Pick<CoverageFields, 'coverage_totals'>): string {
  return `Looked at ${clock(t.decoded_s)} in ${count(t.videos, 'video')}: ${count(t.faces_seen, 'face')} seen, ${t.faces_kept} good enough to compare.`;
}
