import { describe, expect, it } from 'vitest';
import { decodeYuNet } from '../../../src/vision/inference/decoders/yunet.js';
import { freeInputShape } from '../../../src/weights/onnx-edit.js';
import { openSession } from '../../../src/vision/inference/sessions.js';
import { yunetGraph } from '../../support/networks/tiny-graphs.js';

const WIDTH = 160;
const HEIGHT = 96;
const POINTS = [0.25, 0.25, 0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.75, 1];
const BOX = [0.5, 0.25, Math.log(3), Math.log(4)];

/** Runs a tiny YuNet with its fixed size lifted on a grey picture with one cell of `brightness`. */
async function look(stride: 8 | 16 | 32, row: number, column: number, brightness = 255) {
  const session = await openSession(freeInputShape(yunetGraph({ stride, box: BOX, points: POINTS })), 1);
  const picture = new Float32Array(3 * WIDTH * HEIGHT);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < stride; y++) {
      const start = (plane * HEIGHT + row * stride + y) * WIDTH + column * stride;
      picture.fill(brightness, start, start + stride);
    }
  }
  const outputs = await session.run(picture, [1, 3, HEIGHT, WIDTH]);
  await session.release();
  return outputs;
}

describe('decodeYuNet', () => {
  it.each([
    { stride: 8, row: 4, column: 17 },
    { stride: 16, row: 5, column: 9 },
    { stride: 32, row: 2, column: 4 },
  ] as const)('finds the face of a white cell at stride $stride', async ({ stride, row, column }) => {
    const faces = decodeYuNet(await look(stride, row, column), { width: WIDTH, height: HEIGHT }, 0.5);
    expect(faces).toHaveLength(1);
    const [face] = faces;
    expect(face?.box.x).toBeCloseTo((column + 0.5 - 1.5) * stride, 3);
    expect(face?.box.y).toBeCloseTo((row + 0.25 - 2) * stride, 3);
    expect(face?.box.w).toBeCloseTo(3 * stride, 3);
    expect(face?.box.h).toBeCloseTo(4 * stride, 3);
    expect(face?.landmarks).toEqual(
      [0, 2, 4, 6, 8].map((k) => ({
        x: (column + (POINTS[k] ?? NaN)) * stride,
        y: (row + (POINTS[k + 1] ?? NaN)) * stride,
      })),
    );
  });

  it('scores with the geometric mean of class and objectness, both clamped', async () => {
    const outputs = await look(8, 1, 1);
    const cell = WIDTH / 8 + 1;
    outputs['cls_8']?.data.fill(0.25, cell, cell + 1);
    outputs['obj_8']?.data.fill(4, cell, cell + 1);
    const [face] = decodeYuNet(outputs, { width: WIDTH, height: HEIGHT }, 0.4);
    expect(face?.score).toBeCloseTo(0.5, 6);
  });

  it('leaves out what scores less than the limit', async () => {
    // Mid-grey: both probabilities are sigmoid(0) = 0.5, and so is the score.
    const outputs = await look(16, 0, 0, 127.5);
    expect(decodeYuNet(outputs, { width: WIDTH, height: HEIGHT }, 0.49)).toHaveLength(1);
    expect(decodeYuNet(outputs, { width: WIDTH, height: HEIGHT }, 0.51)).toHaveLength(0);
  });
});
