import onnxProto from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { encodeOnnx } from '../../src/weights/onnx-graph.js';
import { splitPrelu } from '../../src/weights/prelu-split.js';
import { openSession } from '../../src/vision/inference/sessions.js';
import { arcfaceGraph, generator } from '../support/networks/tiny-graphs.js';

const operators = (model: Uint8Array) =>
  onnxProto.onnx.ModelProto.decode(model).graph?.node?.map((node) => node.opType);

/** y = PRelu(x) with slopes of the given shape, on x [1, 4, 1, 2]. */
function prelu(dims: readonly number[], slopes: readonly number[]): Uint8Array {
  return encodeOnnx({
    name: 'prelu',
    inputs: [{ name: 'x', dims: [1, 4, 1, 2] }],
    outputs: [{ name: 'y', dims: [1, 4, 1, 2] }],
    constants: [{ name: 'slope', dims, data: Float32Array.from(slopes) }],
    nodes: [{ op: 'PRelu', inputs: ['x', 'slope'], outputs: ['y'] }],
  });
}

describe('splitPrelu', () => {
  it('computes slope · x below zero and x above, for slopes of any sign and size', async () => {
    const model = splitPrelu(prelu([4, 1, 1], [0.25, -0.5, 3, 0]));
    expect(operators(model)).toEqual(['Relu', 'Conv', 'Relu', 'Conv', 'Add']);
    const session = await openSession(model, 1);
    const { y } = await session.run(Float32Array.of(-2, 2, -2, 2, -2, 2, -2, 2), [1, 4, 1, 2]);
    expect([...(y?.data ?? [])].map((value) => value + 0)).toEqual([-0.5, 2, 1, 2, -6, 2, 0, 2]);
    await session.release();
  });

  it('does not change a single bit of an embedding', async () => {
    const random = generator(2);
    const crops = Float32Array.from({ length: 2 * 3 * 112 * 112 }, () => random() * 2 - 1);
    const [before, after] = await Promise.all(
      [arcfaceGraph(), splitPrelu(arcfaceGraph())].map(async (model) => {
        const session = await openSession(model, 1);
        const output = (await session.run(crops, [2, 3, 112, 112]))['683'];
        await session.release();
        return output;
      }),
    );
    expect(after?.dims).toEqual([2, 512]);
    expect(after).toEqual(before);
  });

  it('leaves slopes alone that are not one a channel', () => {
    expect(operators(splitPrelu(prelu([1, 1, 1], [0.25])))).toEqual(['PRelu']);
    expect(operators(splitPrelu(prelu([4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8])))).toEqual(['PRelu']);
    expect(operators(splitPrelu(prelu([2], [1, 2])))).toEqual(['PRelu']);
  });
});
