/** A TFLite network as an ONNX one. */
import { encodeOnnx, type Constant, type Node } from './onnx-graph.js';
import { foldPrelu, type Prelu } from './prelu-folding.js';
import { readTflite, type TfliteGraph, type TfliteOperator, type TfliteTensor } from './tflite-model.js';

/** Name of the converted model's input: float32 [n, channels, height, width], n free. */
export const INPUT_NAME = 'input';
/** Name of its output: float32 [n, dimensions], not normalised. */
export const OUTPUT_NAME = 'embedding';

const ELEMENTWISE = { relu: 'Relu', abs: 'Abs', sub: 'Sub', mul: 'Mul', add: 'Add' } as const;

/**
 * Converts a TFLite embedder (see `readTflite` for the operators) into an ONNX model with a free batch axis.
 *
 * The layout changes from NHWC to ONNX's NCHW, so weights are transposed once here and no Transpose is
 * left in the graph; PReLU is folded back into one operator. The same input gives the same bytes.
 *
 * @param bytes the .tflite file
 * @returns the ONNX model
 * @throws Error naming the first thing that is not supported
 */
export function convertTfliteToOnnx(bytes: Uint8Array): Uint8Array {
  const graph = readTflite(bytes);
  const constants: Constant[] = [];
  const nodes = foldPrelu(graph).map((operator) => convert(graph, operator, constants));
  const [, height = 0, width = 0, channels = 0] = tensorAt(graph, graph.input).shape;
  return encodeOnnx({
    name: 'converted-from-tflite',
    inputs: [{ name: INPUT_NAME, dims: ['n', channels, height, width] }],
    outputs: [{ name: OUTPUT_NAME, dims: ['n', tensorAt(graph, graph.output).shape.at(-1) ?? 0] }],
    constants,
    nodes,
  });
}

/** Converts one operator; the constants it needs are added to `constants`. */
function convert(graph: TfliteGraph, operator: TfliteOperator | Prelu, constants: Constant[]): Node {
  const outputs = [nameOf(graph, operator.output)];
  const constant = (suffix: string, dims: readonly number[], data: Float32Array) => {
    const name = `${outputs[0]}.${suffix}`;
    constants.push({ name, dims, data });
    return name;
  };
  const [first = -1, second = -1, third = -1] = operator.inputs;
  switch (operator.kind) {
    case 'conv2d':
    case 'depthwise_conv2d': {
      const weights =
        operator.kind === 'conv2d' ? convWeights(tensorAt(graph, second)) : depthwiseWeights(tensorAt(graph, second));
      const [, , kernelH = 0, kernelW = 0] = weights.dims;
      const bias = constantOf(tensorAt(graph, third));
      const padH = operator.padding === 'valid' ? [0, 0] : samePadding(graph, operator, 1, kernelH, operator.strideH);
      const padW = operator.padding === 'valid' ? [0, 0] : samePadding(graph, operator, 2, kernelW, operator.strideW);
      return {
        op: 'Conv',
        inputs: [
          nameOf(graph, first),
          constant('weight', weights.dims, weights.data),
          constant('bias', [bias.length], bias),
        ],
        outputs,
        attributes: {
          kernel_shape: [kernelH, kernelW],
          strides: [operator.strideH, operator.strideW],
          pads: [padH[0] ?? 0, padW[0] ?? 0, padH[1] ?? 0, padW[1] ?? 0],
          group: operator.kind === 'conv2d' ? 1 : bias.length,
        },
      };
    }
    case 'prelu':
      return {
        op: 'PRelu',
        inputs: [nameOf(graph, first), constant('slope', [operator.slope.length, 1, 1], operator.slope)],
        outputs,
      };
    case 'reshape':
      return flatten(graph, first, operator.output);
    default: {
      const inputs = operator.inputs.map((index, position) => {
        const { data } = tensorAt(graph, index);
        return data === undefined
          ? nameOf(graph, index)
          : constant(`operand${position}`, [data.length, 1, 1], perChannel(graph, operator.output, data));
      });
      return { op: ELEMENTWISE[operator.kind], inputs, outputs };
    }
  }
}

/** TFLite weights [out, h, w, in] as ONNX's [out, in, h, w]. */
function convWeights(tensor: TfliteTensor): { dims: readonly number[]; data: Float32Array } {
  const [out = 0, h = 0, w = 0, channels = 0] = tensor.shape;
  const source = constantOf(tensor);
  const area = h * w;
  const data = Float32Array.from({ length: source.length }, (_, index) => {
    const o = Math.floor(index / (channels * area));
    const c = Math.floor(index / area) % channels;
    return source[(o * area + (index % area)) * channels + c] ?? 0;
  });
  return { dims: [out, channels, h, w], data };
}

/** TFLite depthwise weights [1, h, w, channels] as ONNX's [channels, 1, h, w]. */
function depthwiseWeights(tensor: TfliteTensor): { dims: readonly number[]; data: Float32Array } {
  const [, h = 0, w = 0, channels = 0] = tensor.shape;
  const source = constantOf(tensor);
  const area = h * w;
  const data = Float32Array.from(
    { length: source.length },
    (_, index) => source[(index % area) * channels + Math.floor(index / area)] ?? 0,
  );
  return { dims: [channels, 1, h, w], data };
}

/** TensorFlow's SAME: as much padding as the output size needs, the odd pixel at the end. */
function samePadding(
  graph: TfliteGraph,
  operator: TfliteOperator,
  axis: number,
  kernel: number,
  stride: number,
): [number, number] {
  const input = tensorAt(graph, operator.inputs[0] ?? -1).shape[axis] ?? 0;
  const total = Math.max((Math.ceil(input / stride) - 1) * stride + kernel - input, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/** [n, 1, 1, c] → [n, c]: the one reshape that means the same in both layouts. */
function flatten(graph: TfliteGraph, from: number, to: number): Node {
  const [, h, w] = tensorAt(graph, from).shape;
  if (h !== 1 || w !== 1 || tensorAt(graph, to).shape.length !== 2)
    throw new Error('only a reshape from [n, 1, 1, c] to [n, c] is supported');
  return { op: 'Flatten', inputs: [nameOf(graph, from)], outputs: [nameOf(graph, to)], attributes: { axis: 1 } };
}

function perChannel(graph: TfliteGraph, output: number, data: Float32Array): Float32Array {
  if (data.length !== tensorAt(graph, output).shape.at(-1))
    throw new Error('only constants with one number a channel are supported');
  return data;
}

function tensorAt(graph: TfliteGraph, index: number): TfliteTensor {
  const tensor = graph.tensors[index];
  if (tensor === undefined) throw new Error(`there is no tensor ${index}`);
  return tensor;
}

function constantOf(tensor: TfliteTensor): Float32Array {
  if (tensor.data === undefined) throw new Error(`${tensor.name} is not a float32 constant`);
  return tensor.data;
}

function nameOf(graph: TfliteGraph, index: number): string {
  if (index === graph.input) return INPUT_NAME;
  return index === graph.output ? OUTPUT_NAME : `t${index}`;
}
