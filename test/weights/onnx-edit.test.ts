import { describe, expect, it } from 'vitest';
import { BATCH_AXIS, freeInputShape } from '../../src/weights/onnx-edit.js';
import { openSession } from '../../src/vision/inference/sessions.js';
import { encodeOnnx } from '../../src/weights/onnx-graph.js';
import { generator, sfaceGraph, yunetGraph } from '../support/networks/tiny-graphs.js';

const DETECTOR = yunetGraph({ stride: 8, box: [0, 0, 0, 0], points: Array<number>(10).fill(0) });

describe('freeInputShape', () => {
  it('lets a detector of fixed size take pictures of others', async () => {
    const fixed = await openSession(DETECTOR, 1);
    await expect(fixed.run(new Float32Array(3 * 32 * 64), [1, 3, 32, 64])).rejects.toThrow(/dimension/i);
    await fixed.release();

    const free = await openSession(freeInputShape(DETECTOR), 1);
    for (const [height, width] of [
      [32, 64],
      [96, 160],
    ] as const) {
      const outputs = await free.run(new Float32Array(3 * height * width), [1, 3, height, width]);
      expect(outputs['bbox_8']?.dims).toEqual([1, (height / 8) * (width / 8), 4]);
    }
    await free.release();
  });

  it('lets an embedder with a batch of one take many, each as if alone', async () => {
    const random = generator(1);
    const crops = Float32Array.from({ length: 3 * 3 * 112 * 112 }, () => random() - 0.5);
    const single = await openSession(sfaceGraph(), 1);
    const batched = await openSession(freeInputShape(sfaceGraph(), BATCH_AXIS), 1);
    const all = (await batched.run(crops, [3, 3, 112, 112]))['fc1'];
    expect(all?.dims).toEqual([3, 128]);
    for (let index = 0; index < 3; index++) {
      const crop = crops.slice(index * 37632, (index + 1) * 37632);
      const alone = (await single.run(crop, [1, 3, 112, 112]))['fc1'];
      expect(all?.data.slice(index * 128, (index + 1) * 128)).toEqual(alone?.data);
    }
    await single.release();
    await batched.release();
  });

  it('leaves a reshape of a constant alone', async () => {
    // The slope [8] → [1, 8, 1, 1] starts with 1 too, but that is no batch.
    const model = encodeOnnx({
      name: 'reshaped-constant',
      inputs: [{ name: 'x', dims: [1, 2, 1, 1] }],
      outputs: [{ name: 'y', dims: [1, 2, 1, 1] }],
      constants: [
        { name: 'offset', dims: [2], data: Float32Array.of(10, 20) },
        { name: 'shape', dims: [4], data: BigInt64Array.of(1n, 2n, 1n, 1n) },
      ],
      nodes: [
        { op: 'Reshape', inputs: ['offset', 'shape'], outputs: ['offsets'] },
        { op: 'Add', inputs: ['x', 'offsets'], outputs: ['y'] },
      ],
    });
    const session = await openSession(freeInputShape(model, BATCH_AXIS), 1);
    const { y } = await session.run(Float32Array.of(1, 2, 3, 4), [2, 2, 1, 1]);
    expect(y?.data).toEqual(Float32Array.of(11, 22, 13, 24));
    await session.release();
  });

  it('says so when the bytes are no model, or not one of pictures', () => {
    expect(() => freeInputShape(Buffer.from('not a model at all'))).toThrow(
      expect.objectContaining({ code: 'missing_model' }),
    );
    expect(() => freeInputShape(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'missing_model' }));
    expect(() => freeInputShape(DETECTOR.subarray(0, DETECTOR.length / 2))).toThrow(
      expect.objectContaining({ code: 'missing_model' }),
    );
    const vectors = encodeOnnx({
      name: 'vectors',
      inputs: [{ name: 'x', dims: [1, 4] }],
      outputs: [{ name: 'y', dims: [1, 4] }],
      constants: [],
      nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
    });
    expect(() => freeInputShape(vectors)).toThrow(/no image input/);
  });
});
