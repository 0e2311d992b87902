/** What all decoders of detectors have in common. */
import { RollcallError } from '../../../domain/errors/errors.js';
import type { Box, Landmarks, Point } from '../../../domain/types.js';

/** A tensor that a detector gave back: row-major float32. */
export interface Output {
  data: Float32Array;
  dims: readonly number[];
}

/** Outputs by name; never rely on their order, as some models name them "448", "471", which JavaScript sorts. */
export type Outputs = Readonly<Record<string, Output>>;

/** One raw detection in pixels of the detector's input; integer coordinates are pixel centres. */
export interface Detection {
  box: Box;
  landmarks: Landmarks;
  /** Probability that this is a face, 0..1. */
  score: number;
}

/**
 * Turns a detector's outputs for one picture into detections, before non-maximum suppression.
 *
 * @param outputs all outputs of the network, batch of one
 * @param input size of the picture the network was given, pixels, padding included
 * @param minScore detections below this probability are left out
 * @throws RollcallError `missing_model` when the outputs are not those of this kind of detector
 */
export type Decoder = (outputs: Outputs, input: { width: number; height: number }, minScore: number) => Detection[];

/** Five landmarks read one coordinate at a time. */
export function landmarksFrom(point: (index: number) => Point): Landmarks {
  return [point(0), point(1), point(2), point(3), point(4)];
}

/** @throws RollcallError `missing_model` when `output` is absent or doesn't hold `size` numbers. */
export function requireOutput(output: Output | undefined, what: string, size: number): Float32Array {
  if (output?.data.length === size) return output.data;
  const found = output === undefined ? 'it is missing' : `it is [${output.dims.join(', ')}]`;
  throw new RollcallError(
    'missing_model',
    `The detector's output ${what} should hold ${size} numbers, but ${found}.`,
    "Check that the pack's decoder fits its detector, and that the input's sides are multiples of 32.",
  );
}
