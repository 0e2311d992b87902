/** What calibrate is asked to measure, and for which operating point. */
import { z } from 'zod';
import { POINT_NAMES } from '../../domain/scores/calibration-model.js';
import { fileInput, pictureFileInput } from './fields.js';

/** A pair of pictures whose truth is known. */
const labelledPairSchema = z.strictObject({
  image_a: pictureFileInput.describe('path or https URL of a picture'),
  image_b: pictureFileInput,
  same: z.boolean().describe('whether they show one person'),
  labels: z
    .record(z.string().min(1).max(100), z.string().min(1).max(100))
    .optional()
    .describe('subgroups, as in { "sex": "f", "age": "60+" }'),
});
export type LabelledPair = z.output<typeof labelledPairSchema>;

/** Pairs come from `pairs_file`, from `pairs`, or, with neither, from the library. */
export const calibrateRequestShape = {
  pairs_file: fileInput
    .optional()
    .describe(
      'path of a CSV file with names of columns in its first line: picture, picture, same (yes or no), and a column for each subgroup label; paths are relative to its folder',
    ),
  pairs: z.array(labelledPairSchema).min(1).max(500).optional().describe('labelled pairs, instead of a file'),
  operating_point: z
    .enum(POINT_NAMES)
    .optional()
    .describe(
      'false-accept rate to aim at, for one comparison: strict 1e-4 (needs 30,000 pairs of two people), balanced 1e-3 (3,000; the default), loose 1e-2 (300)',
    ),
  apply: z.boolean().optional().describe('put the result in force; or, with calibration_id, one that was kept'),
} as const;
export const calibrateRequestSchema = z.object(calibrateRequestShape);
export type CalibrateRequest = z.output<typeof calibrateRequestSchema>;
