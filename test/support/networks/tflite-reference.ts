/**
 * A plain float64 interpreter of the TFLite operators that the converter knows, straight from their
 * definitions (tensorflow/lite/kernels/internal/reference), in TFLite's own layouts. Slow, and sharing
 * nothing with the converter but the reader.
 */
import type { TfliteGraph, TfliteOperator, TfliteTensor } from '../../../src/weights/tflite-model.js';

/**
 * @param input row-major NHWC, batch of one
 * @returns the graph's output, row-major, batch of one
 */
export function evaluateTflite(graph: TfliteGraph, input: ArrayLike<number>): Float64Array {
  const values = new Map<number, Float64Array>([[graph.input, Float64Array.from(input)]]);
  const shapeOf = (index: number) => at(graph.tensors, index).shape;
  const valueOf = (index: number) => {
    const value = values.get(index) ?? at(graph.tensors, index).data;
    if (value === undefined) throw new Error(`tensor ${index} has no value`);
    return value;
  };
  for (const operator of graph.operators) {
    const [first, second, third] = operator.inputs;
    const x = valueOf(first ?? -1);
    const shape = shapeOf(first ?? -1);
    switch (operator.kind) {
      case 'conv2d':
      case 'depthwise_conv2d':
        values.set(
          operator.output,
          convolve(operator, x, shape, at(graph.tensors, second ?? -1), valueOf(third ?? -1), shapeOf(operator.output)),
        );
        break;
      case 'relu':
        values.set(
          operator.output,
          Float64Array.from(x, (value) => Math.max(value, 0)),
        );
        break;
      case 'abs':
        values.set(operator.output, Float64Array.from(x, Math.abs));
        break;
      case 'reshape':
        values.set(operator.output, Float64Array.from(x));
        break;
      default:
        values.set(operator.output, broadcast(operator.kind, x, valueOf(second ?? -1)));
    }
  }
  return Float64Array.from(valueOf(graph.output));
}

/** Element-wise, the shorter operand (one number a channel, the last axis) repeated. */
function broadcast(kind: 'add' | 'sub' | 'mul', p: ArrayLike<number>, q: ArrayLike<number>): Float64Array {
  const apply = {
    add: (a: number, b: number) => a + b,
    sub: (a: number, b: number) => a - b,
    mul: (a: number, b: number) => a * b,
  }[kind];
  return Float64Array.from({ length: Math.max(p.length, q.length) }, (_, index) =>
    apply(p[index % p.length] ?? NaN, q[index % q.length] ?? NaN),
  );
}

type Convolution = Extract<TfliteOperator, { kind: 'conv2d' | 'depthwise_conv2d' }>;

function convolve(
  operator: Convolution,
  x: ArrayLike<number>,
  inShape: readonly number[],
  weights: TfliteTensor,
  bias: ArrayLike<number>,
  outShape: readonly number[],
): Float64Array {
  const depthwise = operator.kind === 'depthwise_conv2d';
  const [, inH = 0, inW = 0, inC = 0] = inShape;
  const [, outH = 0, outW = 0, outC = 0] = outShape;
  const [, kH = 0, kW = 0] = weights.shape;
  const w = weights.data ?? [];
  const pad = (size: number, out: number, kernel: number, stride: number) =>
    operator.padding === 'same' ? Math.max(0, (out - 1) * stride + kernel - size) >> 1 : 0;
  const top = pad(inH, outH, kH, operator.strideH);
  const left = pad(inW, outW, kW, operator.strideW);
  const result = new Float64Array(outH * outW * outC);
  for (let oy = 0; oy < outH; oy++) {
    for (let ox = 0; ox < outW; ox++) {
      for (let oc = 0; oc < outC; oc++) {
        let sum = bias[oc] ?? NaN;
        for (let ky = 0; ky < kH; ky++) {
          const y = oy * operator.strideH - top + ky;
          if (y < 0 || y >= inH) continue;
          for (let kx = 0; kx < kW; kx++) {
            const column = ox * operator.strideW - left + kx;
            if (column < 0 || column >= inW) continue;
            const pixel = (y * inW + column) * inC;
            if (depthwise) {
              sum += (x[pixel + oc] ?? NaN) * (w[(ky * kW + kx) * outC + oc] ?? NaN);
            } else {
              const tap = ((oc * kH + ky) * kW + kx) * inC;
              for (let c = 0; c < inC; c++) sum += (x[pixel + c] ?? NaN) * (w[tap + c] ?? NaN);
            }
          }
        }
        result[(oy * outW + ox) * outC + oc] = sum;
      }
    }
  }
  return result;
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`no element ${index}`);
  return value;
}
