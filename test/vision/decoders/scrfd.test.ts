import { describe, expect, it } from 'vitest';
import { decodeScrfd } from '../../../src/vision/inference/decoders/scrfd.js';
import { openSession } from '../../../src/vision/inference/sessions.js';
import { scrfdGraph, type WhiteCellFace } from '../../support/networks/tiny-graphs.js';

const WIDTH = 128;
const HEIGHT = 64;
const POINTS = [-1, -0.5, 1, -0.5, 0, 0.25, -0.75, 1, 0.75, 1];

/** Outputs for a black 128×64 picture whose cell (row, column) is white. */
async function look(face: WhiteCellFace, row: number, column: number) {
  const session = await openSession(scrfdGraph(face), 1);
  const picture = new Float32Array(3 * WIDTH * HEIGHT).fill(-1);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < face.stride; y++) {
      const start = (plane * HEIGHT + row * face.stride + y) * WIDTH + column * face.stride;
      picture.fill(1, start, start + face.stride);
    }
  }
  const outputs = await session.run(picture, [1, 3, HEIGHT, WIDTH]);
  await session.release();
  return outputs;
}

describe('decodeScrfd', () => {
  it.each([
    { stride: 8, row: 3, column: 5 },
    { stride: 16, row: 2, column: 6 },
    { stride: 32, row: 1, column: 3 },
  ] as const)('finds the face of a white cell at stride $stride', async ({ stride, row, column }) => {
    const outputs = await look({ stride, box: [1, 1.5, 2, 2.5], points: POINTS }, row, column);
    const faces = decodeScrfd(outputs, { width: WIDTH, height: HEIGHT }, 0.5);
    expect(faces).toHaveLength(1);
    const x = column * stride;
    const y = row * stride;
    expect(faces[0]?.score).toBeCloseTo(1 / (1 + Math.exp(-10)), 4);
    expect(faces[0]?.box).toEqual({ x: x - stride, y: y - 1.5 * stride, w: 3 * stride, h: 4 * stride });
    expect(faces[0]?.landmarks).toEqual(
      [0, 2, 4, 6, 8].map((k) => ({ x: x + (POINTS[k] ?? NaN) * stride, y: y + (POINTS[k + 1] ?? NaN) * stride })),
    );
  });

  it('accepts a leading axis of one and any order of outputs', async () => {
    const outputs = await look({ stride: 16, box: [1, 1, 1, 1], points: POINTS }, 0, 0);
    const batched = Object.fromEntries(
      Object.entries(outputs)
        .reverse()
        .map(([name, { data, dims }]) => [`output_${name}`, { data, dims: [1, ...dims] }]),
    );
    const input = { width: WIDTH, height: HEIGHT };
    expect(decodeScrfd(batched, input, 0.5)).toEqual(decodeScrfd(outputs, input, 0.5));
    expect(decodeScrfd(batched, input, 0.5)).toHaveLength(1);
  });

  it('refuses outputs of a picture of another size', async () => {
    const outputs = await look({ stride: 8, box: [1, 1, 1, 1], points: POINTS }, 0, 0);
    expect(() => decodeScrfd(outputs, { width: 640, height: 640 }, 0.5)).toThrow(
      /scores at stride 8 should hold 12800 numbers/,
    );
  });
});
