/** Writes ONNX graphs. */
import onnxProto from 'onnx-proto';
import type { onnx } from 'onnx-proto';

/** A named float32 constant; `data` is row-major and as long as the product of `dims`. */
export interface Constant {
  name: string;
  dims: readonly number[];
  data: Float32Array | BigInt64Array;
}

/** One operator of a graph. Integer attributes only; lists are written as `ints`, numbers as `i`. */
export interface Node {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** An input or output, float32 unless said; a string is a symbolic (free) size. */
export interface Value {
  name: string;
  dims: readonly (number | string)[];
  type?: 'float32' | 'int64';
}

/** A graph of the standard operators, nodes in topological order. */
export interface Graph {
  name: string;
  inputs: readonly Value[];
  outputs: readonly Value[];
  constants: readonly Constant[];
  nodes: readonly Node[];
}

// IR version 7 goes with opset 13 (onnx/onnx, docs/Versioning.md); both are older than every onnxruntime in use.
const IR_VERSION = 7;
const OPSET = 13;

const { AttributeProto, ModelProto, TensorProto } = onnxProto.onnx;

/** Encodes a graph as an ONNX model. The same graph gives the same bytes. */
export function encodeOnnx(graph: Graph): Uint8Array {
  return ModelProto.encode({
    irVersion: IR_VERSION,
    producerName: 'rollcall',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: graph.name,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
      initializer: graph.constants.map(tensor),
      node: graph.nodes.map(node),
    },
  }).finish();
}

function valueInfo({ name, dims, type = 'float32' }: Value): onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return {
    name,
    type: {
      tensorType: {
        elemType: type === 'int64' ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT,
        shape: { dim },
      },
    },
  };
}

function tensor({ name, dims, data }: Constant): onnx.ITensorProto {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (size !== data.length) throw new RangeError(`${name}: ${data.length} numbers do not fill [${dims.join(', ')}]`);
  return {
    name,
    dims: [...dims],
    dataType: data instanceof Float32Array ? TensorProto.DataType.FLOAT : TensorProto.DataType.INT64,
    // ONNX wants raw data little-endian, which is what every platform that Node supports uses but s390x.
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function node({ op, inputs, outputs, attributes = {} }: Node): onnx.INodeProto {
  return {
    opType: op,
    name: outputs[0] ?? op,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) =>
      typeof value === 'number'
        ? { name, type: AttributeProto.AttributeType.INT, i: value }
        : { name, type: AttributeProto.AttributeType.INTS, ints: [...value] },
    ),
  };
}
