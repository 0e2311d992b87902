/** What calibrate is asked to measure, and for which operating point. */
import { z } from 'zod';
import { POINT_NAMES } from '../../domain/scores/operating-points.js';
import { fileInput, pictureFileInput } from './fields.js';

/** A pair of pictures whose truth is known. */
const labelledPairSchema = z.strictObject({
  image_a: pictureFileInput,
  image_b: pictureFileInput,
  same: z.boolean(),
  labels: z.record(z.string().min(1).max(100), z.string().min(1).max(100)).optional(),
});
export type LabelledPair = z.output<typeof labelledPairSchema>;

/** Pairs come from `pairs_file`, from `pairs`, or, with neither, from the library. */
export const calibrateRequestShape = {
  pairs_file: fileInput.optional().describe('CSV with a head: picture, picture, same (yes, no), subgroup labels'),
  pairs: z.array(labelledPairSchema).min(1).max(500).optional().describe('labels: as { "age": "60+" }'),
  operating_point: z
    .enum(POINT_NAMES)
    .optional()
    .describe(
      'false-accept rate: strict 1e-4 (needs 30,000 impostor pairs), balanced 1e-3 (3,000; default), loose 1e-2 (300)',
    ),
  apply: z.boolean().optional(),
} as const;
export const calibrateRequestSchema = z.object(calibrateRequestShape);
export type CalibrateRequest = z.output<typeof calibrateRequestSchema>;
