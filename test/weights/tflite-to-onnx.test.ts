import onnxProto from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { readTflite } from '../../src/weights/tflite-model.js';
import { convertTfliteToOnnx, INPUT_NAME, OUTPUT_NAME } from '../../src/weights/tflite-to-onnx.js';
import { openSession } from '../../src/vision/inference/sessions.js';
import { evaluateTflite } from '../support/networks/tflite-reference.js';
import { generator } from '../support/networks/tiny-graphs.js';
import { CODE, OPTIONS, writeTflite, type OperatorSpec, type TensorSpec } from '../support/networks/tiny-tflite.js';

/** [1, 9, 8, 3] → conv 3×3 stride 2 SAME → PReLU → depthwise 3×3 SAME → + → depthwise 5×4 VALID → conv 1×1 → [1, 6]. */
function tinyEmbedder(change: { operators?: (operators: OperatorSpec[]) => void; modern?: boolean } = {}): Uint8Array {
  const random = generator(3);
  const weights = (...shape: number[]): TensorSpec => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((p, s) => p * s, 1) }, () => random() * 2 - 1),
  });
  const map = { shape: [1, 5, 4, 4] };
  const tensors: TensorSpec[] = [
    { shape: [1, 9, 8, 3] },
    weights(4, 3, 3, 3),
    weights(4),
    map, // 0-3: input, kernel, bias, x
    map,
    map,
    map,
    weights(4),
    map,
    map, // 4-9: relu, abs, x − |x|, half slopes, product, PReLU
    weights(1, 3, 3, 4),
    weights(4),
    map,
    map, // 10-13: depthwise, sum
    weights(1, 5, 4, 4),
    weights(4),
    { shape: [1, 1, 1, 4] }, // 14-16
    weights(6, 1, 1, 4),
    weights(6),
    { shape: [1, 1, 1, 6] },
    { shape: [1, 6] }, // 17-20
  ];
  const valid = { 0: 1 };
  const operators: OperatorSpec[] = [
    { code: CODE.conv2d, inputs: [0, 1, 2], output: 3, options: { type: OPTIONS.conv2d, ints: { 1: 2, 2: 2 } } },
    { code: CODE.relu, inputs: [3], output: 4 },
    { code: CODE.abs, inputs: [3], output: 5 },
    { code: CODE.sub, inputs: [3, 5], output: 6 },
    { code: CODE.mul, inputs: [7, 6], output: 8 },
    { code: CODE.add, inputs: [4, 8], output: 9 },
    {
      code: CODE.depthwise,
      inputs: [9, 10, 11],
      output: 12,
      options: { type: OPTIONS.depthwise, ints: { 1: 1, 2: 1, 3: 1 } },
    },
    { code: CODE.add, inputs: [12, 9], output: 13 },
    {
      code: CODE.depthwise,
      inputs: [13, 14, 15],
      output: 16,
      options: { type: OPTIONS.depthwise, bytes: valid, ints: { 1: 1, 2: 1, 3: 1 } },
    },
    {
      code: CODE.conv2d,
      inputs: [16, 17, 18],
      output: 19,
      options: { type: OPTIONS.conv2d, bytes: valid, ints: { 1: 1, 2: 1 } },
    },
    { code: CODE.reshape, inputs: [19], output: 20 },
  ];
  change.operators?.(operators);
  return writeTflite(tensors, operators, 0, 20, change.modern);
}

const operatorsOf = (model: Uint8Array) =>
  onnxProto.onnx.ModelProto.decode(model).graph?.node?.map((node) => node.opType);

/** NHWC pictures of the tiny embedder and the same as NCHW. */
function pictures(count: number): { nhwc: Float32Array[]; nchw: Float32Array } {
  const random = generator(4);
  const nhwc = Array.from({ length: count }, () => Float32Array.from({ length: 9 * 8 * 3 }, () => random() * 2 - 1));
  const nchw = nhwc.flatMap((picture) =>
    [0, 1, 2].flatMap((channel) => Array.from({ length: 72 }, (_, pixel) => picture[pixel * 3 + channel] ?? NaN)),
  );
  return { nhwc, nchw: Float32Array.from(nchw) };
}

async function embed(model: Uint8Array, count: number): Promise<Float32Array> {
  const session = await openSession(model, 1);
  expect(session.inputName).toBe(INPUT_NAME);
  const output = (await session.run(pictures(count).nchw, [count, 3, 9, 8]))[OUTPUT_NAME];
  await session.release();
  expect(output?.dims).toEqual([count, 6]);
  return output?.data ?? new Float32Array(0);
}

function expectReference(tflite: Uint8Array, embeddings: Float32Array, count: number): void {
  const graph = readTflite(tflite);
  const expected = pictures(count).nhwc.flatMap((picture) => [...evaluateTflite(graph, picture)]);
  expect(embeddings).toHaveLength(expected.length);
  expected.forEach((value, index) => expect(embeddings[index]).toBeCloseTo(value, 4));
}

describe('convertTfliteToOnnx', () => {
  it('computes what TFLite defines, for any batch, with PReLU folded', async () => {
    const tflite = tinyEmbedder();
    const model = convertTfliteToOnnx(tflite);
    expect(operatorsOf(model)).toEqual(['Conv', 'PRelu', 'Conv', 'Add', 'Conv', 'Conv', 'Flatten']);
    expectReference(tflite, await embed(model, 3), 3);
  });

  it('leaves the pattern alone when it is not PReLU', async () => {
    // |x| − x in place of x − |x|.
    const tflite = tinyEmbedder({
      operators: (operators) => void (operators[3] = { code: CODE.sub, inputs: [5, 3], output: 6 }),
    });
    const model = convertTfliteToOnnx(tflite);
    expect(operatorsOf(model)?.slice(0, 6)).toEqual(['Conv', 'Relu', 'Abs', 'Sub', 'Mul', 'Add']);
    expectReference(tflite, await embed(model, 2), 2);
  });

  it('keeps an inner value of the pattern that something else uses', async () => {
    const tflite = tinyEmbedder({
      operators: (operators) => void (operators[7] = { code: CODE.add, inputs: [12, 4], output: 13 }),
    });
    const model = convertTfliteToOnnx(tflite);
    expect(operatorsOf(model)).not.toContain('PRelu');
    expectReference(tflite, await embed(model, 1), 1);
  });

  it('writes the same bytes every time, whichever field holds the operator codes', () => {
    expect(convertTfliteToOnnx(tinyEmbedder())).toEqual(convertTfliteToOnnx(tinyEmbedder()));
    expect(convertTfliteToOnnx(tinyEmbedder({ modern: true }))).toEqual(convertTfliteToOnnx(tinyEmbedder()));
  });

  it.each([
    [
      'operator 25 is not supported',
      (operators: OperatorSpec[]) => void (operators[1] = { code: CODE.softmax, inputs: [3], output: 4 }),
    ],
    [
      'conv2d with fused activation 1 is not supported',
      (operators: OperatorSpec[]) =>
        void (operators[0] = {
          code: CODE.conv2d,
          inputs: [0, 1, 2],
          output: 3,
          options: { type: OPTIONS.conv2d, bytes: { 3: 1 }, ints: { 1: 2, 2: 2 } },
        }),
    ],
    [
      'depthwise_conv2d with dilation 2 is not supported',
      (operators: OperatorSpec[]) =>
        void (operators[6] = {
          code: CODE.depthwise,
          inputs: [9, 10, 11],
          output: 12,
          options: { type: OPTIONS.depthwise, ints: { 1: 1, 2: 1, 3: 1, 5: 2 } },
        }),
    ],
    [
      'only a reshape from [n, 1, 1, c] to [n, c] is supported',
      (operators: OperatorSpec[]) => void (operators[10] = { code: CODE.reshape, inputs: [13], output: 20 }),
    ],
  ])('refuses what it cannot convert: %s', (message, operators) => {
    expect(() => convertTfliteToOnnx(tinyEmbedder({ operators }))).toThrow(message);
  });

  it('refuses a file that is no TFLite model', () => {
    expect(() => convertTfliteToOnnx(Buffer.from('something else'))).toThrow('not a TFLite model');
  });
});
