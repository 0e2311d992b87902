/** RetinaFace's outputs, decoded. */
import { landmarksFrom, requireOutput, type Detection, type Outputs } from './detection.js';

/** Sides in pixels of the two square anchors of a cell, by stride: 16 × scale, in the order of the channels. */
const ANCHOR_SIDES = { 32: [512, 256], 16: [128, 64], 8: [32, 16] } as const;
const STRIDES = [32, 16, 8] as const;

/** Centre of the 16×16 base anchor, whose pixels are 0..15. */
const BASE_CENTRE = 7.5;

/** Landmarks were trained divided by this; the mnet.25 "v2" models alone (InsightFace: `landmark_std`). */
const LANDMARK_STD = 0.2;

/**
 * Decodes InsightFace's RetinaFace with the MobileNet-0.25 backbone (`mnet.25_v2`).
 *
 * For each stride s in 32, 16, 8 and a grid of (height / s) × (width / s) cells, channels first:
 * `face_rpn_cls_prob_reshape_stride{s}` [1, 4, h, w] (face score of anchor a at channel 2 + a),
 * `face_rpn_bbox_pred_stride{s}` [1, 8, h, w] (dx, dy, dw, dh of each anchor) and
 * `face_rpn_landmark_pred_stride{s}` [1, 20, h, w] (x, y of five points of each anchor).
 * An anchor's centre is cell · s + 7.5; box centre = anchor centre + d · side, box size = exp(d) · side,
 * landmark = anchor centre + 0.2 · side · l.
 *
 * Sources: Deng et al., RetinaFace, CVPR 2020; InsightFace, detection/retinaface/retinaface.py and
 * rcnn/processing/generate_anchor.py. There corners are inclusive pixels (x2 = x1 + w − 1); here a box
 * spans whole pixels around the same centre.
 *
 * See {@link import('./detection.js').Decoder} for parameters and errors.
 */
export function decodeRetinaFace(
  outputs: Outputs,
  input: { width: number; height: number },
  minScore: number,
): Detection[] {
  return STRIDES.flatMap((stride) => decodeStride(outputs, input, stride, minScore));
}

function decodeStride(
  outputs: Outputs,
  input: { width: number; height: number },
  stride: (typeof STRIDES)[number],
  minScore: number,
): Detection[] {
  const columns = Math.ceil(input.width / stride);
  const cells = columns * Math.ceil(input.height / stride);
  const read = (name: string, channels: number) => requireOutput(outputs[name], name, channels * cells);
  const scores = read(`face_rpn_cls_prob_reshape_stride${stride}`, 4);
  const boxes = read(`face_rpn_bbox_pred_stride${stride}`, 8);
  const points = read(`face_rpn_landmark_pred_stride${stride}`, 20);

  const found: Detection[] = [];
  ANCHOR_SIDES[stride].forEach((side, anchor) => {
    for (let cell = 0; cell < cells; cell++) {
      const score = scores[(2 + anchor) * cells + cell] ?? 0;
      if (!(score >= minScore)) continue;
      const cx = (cell % columns) * stride + BASE_CENTRE;
      const cy = Math.floor(cell / columns) * stride + BASE_CENTRE;
      const delta = (k: number) => boxes[(4 * anchor + k) * cells + cell] ?? 0;
      const offset = (k: number) => (points[(10 * anchor + k) * cells + cell] ?? 0) * LANDMARK_STD * side;
      const w = Math.exp(delta(2)) * side;
      const h = Math.exp(delta(3)) * side;
      found.push({
        score,
        box: { x: cx + delta(0) * side - w / 2, y: cy + delta(1) * side - h / 2, w, h },
        landmarks: landmarksFrom((k) => ({ x: cx + offset(2 * k), y: cy + offset(2 * k + 1) })),
      });
    }
  });
  return found;
}
