/** SCRFD's outputs, decoded. */
import { landmarksFrom, requireOutput, type Detection, type Outputs } from './detection.js';

const STRIDES = [8, 16, 32] as const;
const ANCHORS = 2;

/**
 * Decodes SCRFD with landmarks (`det_10g`, `det_500m`, … of InsightFace's buffalo packs).
 *
 * Nine outputs: for each stride s in 8, 16, 32 a score [N, 1], a box [N, 4] and five points [N, 10],
 * N = (height / s) · (width / s) · 2 anchors, the anchors of a cell side by side (a leading axis of one,
 * as in batched exports, is accepted). The outputs' names differ from file to file, so they are told
 * apart by size. Boxes are distances (left, top, right, bottom) from the cell's point (column · s,
 * row · s) in units of s; points are offsets from it, in the same unit. Both anchors share the point.
 *
 * Sources: Guo et al., Sample and Computation Redistribution for Efficient Face Detection, ICLR 2022;
 * InsightFace, python-package/insightface/model_zoo/scrfd.py (`forward`, `distance2bbox`, `distance2kps`).
 *
 * See {@link import('./detection.js').Decoder} for parameters and errors.
 */
export function decodeScrfd(outputs: Outputs, input: { width: number; height: number }, minScore: number): Detection[] {
  return STRIDES.flatMap((stride) => decodeStride(outputs, input, stride, minScore));
}

function decodeStride(
  outputs: Outputs,
  input: { width: number; height: number },
  stride: number,
  minScore: number,
): Detection[] {
  const columns = Math.floor(input.width / stride);
  const rows = columns * Math.floor(input.height / stride) * ANCHORS;
  const read = (what: string, channels: number) => {
    const output = Object.values(outputs).find(
      ({ data, dims }) => dims.at(-1) === channels && data.length === rows * channels,
    );
    return requireOutput(output, `for ${what} at stride ${stride}`, rows * channels);
  };
  const scores = read('scores', 1);
  const boxes = read('boxes', 4);
  const points = read('landmarks', 10);

  const found: Detection[] = [];
  for (let row = 0; row < rows; row++) {
    const score = scores[row] ?? 0;
    if (!(score >= minScore)) continue;
    const cell = Math.floor(row / ANCHORS);
    const cx = (cell % columns) * stride;
    const cy = Math.floor(cell / columns) * stride;
    const side = (k: number) => (boxes[4 * row + k] ?? 0) * stride;
    const offset = (k: number) => (points[10 * row + k] ?? 0) * stride;
    found.push({
      score,
      box: { x: cx - side(0), y: cy - side(1), w: side(0) + side(2), h: side(1) + side(3) },
      landmarks: landmarksFrom((k) => ({ x: cx + offset(2 * k), y: cy + offset(2 * k + 1) })),
    });
  }
  return found;
}
