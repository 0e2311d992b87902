/** YuNet's outputs, decoded. */
import { landmarksFrom, requireOutput, type Detection, type Outputs } from './detection.js';

const STRIDES = [8, 16, 32] as const;

/**
 * Decodes YuNet as in OpenCV Zoo's `face_detection_yunet_2023mar`.
 *
 * Twelve outputs: for each stride s in 8, 16, 32 `cls_{s}` and `obj_{s}` [1, N, 1], `bbox_{s}` [1, N, 4]
 * and `kps_{s}` [1, N, 10], N = (height / s) · (width / s), one anchor a cell. Score = √(cls · obj), both
 * clamped to 0..1. Box: centre = (cell + d) · s, size = exp(d) · s; points = (cell + d) · s. Its "right
 * eye", the subject's own, comes first: the left one as seen, so the order is that of Landmarks.
 *
 * Sources: Wu, Peng, Yu, YuNet: A Tiny Millisecond-level Face Detector, Machine Intelligence Research 2023;
 * OpenCV, modules/objdetect/src/face_detect.cpp (`FaceDetectorYNImpl::postProcess`).
 *
 * See {@link import('./detection.js').Decoder} for parameters and errors.
 */
export function decodeYuNet(outputs: Outputs, input: { width: number; height: number }, minScore: number): Detection[] {
  return STRIDES.flatMap((stride) => decodeStride(outputs, input, stride, minScore));
}

function decodeStride(
  outputs: Outputs,
  input: { width: number; height: number },
  stride: number,
  minScore: number,
): Detection[] {
  const columns = Math.floor(input.width / stride);
  const cells = columns * Math.floor(input.height / stride);
  const read = (kind: string, channels: number) =>
    requireOutput(outputs[`${kind}_${stride}`], `${kind}_${stride}`, channels * cells);
  const classes = read('cls', 1);
  const objectness = read('obj', 1);
  const boxes = read('bbox', 4);
  const points = read('kps', 10);

  const found: Detection[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const score = Math.sqrt(clamp(classes[cell] ?? 0) * clamp(objectness[cell] ?? 0));
    if (!(score >= minScore)) continue;
    const column = cell % columns,
      row = Math.floor(cell / columns);
    found.push(detectionAt(column, row, stride, score, boxes.subarray(4 * cell), points.subarray(10 * cell)));
  }
  return found;
}

function detectionAt(
  column: number,
  row: number,
  stride: number,
  score: number,
  box: Float32Array,
  points: Float32Array,
): Detection {
  const delta = (k: number) => box[k] ?? 0;
  const offset = (k: number) => points[k] ?? 0;
  const w = Math.exp(delta(2)) * stride;
  const h = Math.exp(delta(3)) * stride;
  return {
    score,
    box: { x: (column + delta(0)) * stride - w / 2, y: (row + delta(1)) * stride - h / 2, w, h },
    landmarks: landmarksFrom((k) => ({
      x: (column + offset(2 * k)) * stride,
      y: (row + offset(2 * k + 1)) * stride,
    })),
  };
}

function clamp(probability: number): number {
  return Math.min(Math.max(probability, 0), 1);
}
