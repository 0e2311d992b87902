import { describe, expect, it } from 'vitest';
import { decodeRetinaFace } from '../../../src/vision/inference/decoders/retinaface.js';
import type { Output } from '../../../src/vision/inference/decoders/detection.js';

const WIDTH = 96;
const HEIGHT = 64;

/** All outputs zero, with the shapes that a 96×64 picture gives. */
function blank(): Record<string, Output> {
  const outputs: Record<string, Output> = {};
  for (const stride of [32, 16, 8]) {
    const h = HEIGHT / stride;
    const w = WIDTH / stride;
    const tensor = (channels: number) => ({ data: new Float32Array(channels * h * w), dims: [1, channels, h, w] });
    outputs[`face_rpn_cls_prob_reshape_stride${stride}`] = tensor(4);
    outputs[`face_rpn_bbox_pred_stride${stride}`] = tensor(8);
    outputs[`face_rpn_landmark_pred_stride${stride}`] = tensor(20);
  }
  return outputs;
}

function put(output: Output | undefined, channel: number, row: number, column: number, value: number): void {
  if (output === undefined) throw new Error('no such output');
  const [, , h = 0, w = 0] = output.dims;
  output.data[(channel * h + row) * w + column] = value;
}

describe('decodeRetinaFace', () => {
  it('puts an untouched anchor where InsightFace has it', () => {
    // Stride 16, second anchor (side 16 × 4 = 64), row 1, column 2: centre (2 · 16 + 7.5, 16 + 7.5).
    const outputs = blank();
    put(outputs['face_rpn_cls_prob_reshape_stride16'], 3, 1, 2, 0.75);
    const [face, ...rest] = decodeRetinaFace(outputs, { width: WIDTH, height: HEIGHT }, 0.5);
    expect(rest).toEqual([]);
    expect(face?.score).toBe(0.75);
    expect(face?.box).toEqual({ x: 39.5 - 32, y: 23.5 - 32, w: 64, h: 64 });
    expect(face?.landmarks).toEqual(Array(5).fill({ x: 39.5, y: 23.5 }));
  });

  it('moves and stretches box and landmarks in units of the anchor', () => {
    // Stride 8, first anchor (side 32), row 5, column 3: centre (31.5, 47.5).
    const outputs = blank();
    put(outputs['face_rpn_cls_prob_reshape_stride8'], 2, 5, 3, 0.9);
    const box = outputs['face_rpn_bbox_pred_stride8'];
    [0.25, -0.5, Math.log(2), Math.log(0.5)].forEach((d, k) => put(box, k, 5, 3, d));
    const points = outputs['face_rpn_landmark_pred_stride8'];
    for (let k = 0; k < 10; k++) put(points, k, 5, 3, k - 5);
    const [face] = decodeRetinaFace(outputs, { width: WIDTH, height: HEIGHT }, 0.5);
    // Centre (31.5 + 8, 47.5 − 16), size 64 × 16.
    expect(face?.box.x).toBeCloseTo(39.5 - 32, 4);
    expect(face?.box.y).toBeCloseTo(31.5 - 8, 4);
    expect(face?.box.w).toBeCloseTo(64, 4);
    expect(face?.box.h).toBeCloseTo(16, 4);
    // 0.2 · 32 = 6.4 pixels a unit.
    face?.landmarks.forEach((point, k) => {
      expect(point.x).toBeCloseTo(31.5 + 6.4 * (2 * k - 5), 4);
      expect(point.y).toBeCloseTo(47.5 + 6.4 * (2 * k - 4), 4);
    });
  });

  it('reads each stride and anchor from its own channels', () => {
    const sides = [
      [32, 0, 512],
      [32, 1, 256],
      [16, 0, 128],
      [16, 1, 64],
      [8, 0, 32],
      [8, 1, 16],
    ] as const;
    for (const [stride, anchor, side] of sides) {
      const outputs = blank();
      put(outputs[`face_rpn_cls_prob_reshape_stride${stride}`], 2 + anchor, 0, 0, 1);
      put(outputs[`face_rpn_bbox_pred_stride${stride}`], 4 * anchor, 0, 0, 1);
      put(outputs[`face_rpn_landmark_pred_stride${stride}`], 10 * anchor + 9, 0, 0, 1);
      const [face] = decodeRetinaFace(outputs, { width: WIDTH, height: HEIGHT }, 0.5);
      expect(face?.box).toEqual({ x: 7.5 + side / 2, y: 7.5 - side / 2, w: side, h: side });
      expect(face?.landmarks[4].y).toBeCloseTo(7.5 + 0.2 * side, 4);
      expect(face?.landmarks[4].x).toBe(7.5);
    }
  });

  it('takes the face score, not that of the background, and drops what is below the limit', () => {
    const outputs = blank();
    put(outputs['face_rpn_cls_prob_reshape_stride8'], 0, 0, 0, 0.99);
    put(outputs['face_rpn_cls_prob_reshape_stride8'], 2, 0, 0, 0.29);
    expect(decodeRetinaFace(outputs, { width: WIDTH, height: HEIGHT }, 0.3)).toEqual([]);
  });

  it('refuses outputs of another size', () => {
    expect(() => decodeRetinaFace(blank(), { width: 640, height: 640 }, 0.5)).toThrow(
      /stride32 should hold 1600 numbers, but it is \[1, 4, 2, 3\]/,
    );
    expect(() => decodeRetinaFace({}, { width: WIDTH, height: HEIGHT }, 0.5)).toThrow(/it is missing/);
  });
});
