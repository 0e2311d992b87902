/** What was looked at, cut so that it fits an answer, and the totals that say how much there is. */
import { z } from 'zod';
import { type Coverage, coverageSchema } from '../../services/answers/coverage.js';
import { type SumCoverage, sumCoverage } from '../../services/library/coverage-sums.js';
import type { Detail } from '../definition/brief-answers.js';
import { clock, count } from './format.js';
import { inOutline, listing } from './outlined-schema.js';

const COVERAGE_VIDEOS = 20;
/** In brief, where something was not looked at, or faces may have been missed. */
const TOLD_VIDEOS = 3;
const GAPS = 3;

const coverageShownSchema = coverageSchema.partial().required({ video_id: true });

export const coverageShape = listing(
  {
    coverage: inOutline(z.array(coverageShownSchema)),
    coverage_totals: z.object({
      videos: z.number().int(),
      photos: z.number().int().optional(),
      partly: z.number().int().describe('of them, those of which something was not looked at'),
      decoded_s: z.number().describe('seconds of video that were looked at'),
      faces_seen: z.number().int(),
      faces_kept: z.number().int().describe('good enough to be compared'),
    }),
  },
  'coverage',
);

export interface CoverageFields {
  coverage: z.output<typeof coverageShownSchema>[];
  coverage_totals: {
    videos: number;
    photos?: number | undefined;
    partly: number;
    decoded_s: number;
    faces_seen: number;
    faces_kept: number;
  };
}

/**
 * Of the whole answer: a library has thousands of videos, so make it once, not for each number of items tried.
 * @param sum of lists that come again
 */
export function coverageFields(
  all: readonly Coverage[],
  detail: Detail,
  sum: SumCoverage = sumCoverage,
): CoverageFields {
  const { told, videos, photos, partly, decoded_s, faces_seen, faces_kept } = sum(all);
  return {
    coverage: detail === 'full' ? all.slice(0, COVERAGE_VIDEOS) : told.slice(0, TOLD_VIDEOS).map(whatIsMissing),
    coverage_totals: {
      videos,
      ...(photos > 0 ? { photos } : {}),
      partly,
      decoded_s: Math.round(1000 * decoded_s) / 1000,
      faces_seen,
      faces_kept,
    },
  };
}

/** Which videos is said on the first page, how much on each. */
export function onPage(covered: CoverageFields, isFirst: boolean): CoverageFields {
  return isFirst ? covered : { ...covered, coverage: [] };
}

function whatIsMissing({
  video_id,
  not_looked_at,
  ended_early,
  notes,
  merge_refused,
}: Coverage): CoverageFields['coverage'][0] {
  return {
    video_id,
    ended_early,
    notes,
    ...(not_looked_at ? { not_looked_at: not_looked_at.slice(0, GAPS) } : {}),
    ...(merge_refused === undefined ? {} : { merge_refused }),
  };
}

export function coverageLine({ coverage_totals: t }: Pick<CoverageFields, 'coverage_totals'>): string {
  const partly = t.partly > 0 ? ` (of ${t.partly} not everything)` : '';
  const photos = t.photos ? [count(t.photos, 'photo')] : [];
  const films = t.videos > 0 || !t.photos ? [`${clock(t.decoded_s)} in ${count(t.videos, 'video')}`] : [];
  return `Looked at ${[...films, ...photos].join(' and at ')}${partly}: faces seen ${count(t.faces_seen, 'time')}, ${t.faces_kept} good enough to compare.`;
}
