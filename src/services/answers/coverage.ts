/** What was really looked at, as answers say it. */
import { z } from 'zod';
import type { CoverageRecord } from '../../store/records/coverage-record.js';

const seconds = (what: string) => z.number().describe(`${what}, seconds on the video's presentation timeline`);

const intervalSchema = z.object({ start_s: seconds('start'), end_s: seconds('end') });

export const coverageSchema = z.object({
  video_id: z.string(),
  source: z.string(),
  decoded: z.array(intervalSchema).describe('the time ranges that were really looked at'),
  sample_fps: z.number().describe('pictures looked at per second of video; the fewest, where ranges differ'),
  ranges: z
    .array(intervalSchema.extend({ sample_fps: z.number() }))
    .optional()
    .describe('where ranges were looked at with different sample_fps: each with its own'),
  faces_seen: z.number().int(),
  faces_kept: z.number().int().describe('good enough to be embedded'),
  gated: z.record(z.string(), z.number().int()).describe('seen but not embedded, by reason'),
  not_looked_at: z
    .array(intervalSchema)
    .optional()
    .describe('of the video, a second and more at a time; absent when nothing was left out'),
  ended_early: z.string().nullable().describe('why not all was looked at, if so'),
  notes: z.array(z.string()).optional().describe('why faces may have been missed in what was looked at'),
  photo: z
    .object({ taken_at: z.string().nullable() })
    .optional()
    .describe('of a photo, which was looked at whole: its EXIF date'),
  merge_refused: z
    .number()
    .int()
    .optional()
    .describe(
      'its faces would have made so many known people one; that was taken for a mistake, and nobody was merged',
    ),
});
export type Coverage = z.infer<typeof coverageSchema>;

/** The coverage that is stored with a video, as answers say it. */
export function coverageAnswer({ v: _v, looks = [], ...coverage }: CoverageRecord): Coverage {
  if (looks.length < 2 || new Set(looks.map((look) => look.sample_fps)).size < 2) return coverage;
  const ranges = looks
    .flatMap(({ sample_fps, decoded }) => decoded.map((range) => ({ ...range, sample_fps })))
    .sort((a, b) => a.start_s - b.start_s);
  return { ...coverage, ranges };
}
