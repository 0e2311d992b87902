/** Reads TFLite files. */
import { ByteBuffer } from 'flatbuffers';

/** A tensor of a TFLite graph, row-major; `data` only where it is a float32 constant. */
export interface TfliteTensor {
  name: string;
  /** NHWC for pictures, OHWI for convolution weights, [1, h, w, channels] for depthwise weights. */
  shape: readonly number[];
  data: Float32Array | undefined;
}

/** One operator; tensors are given by their index in the graph. */
export type TfliteOperator = { inputs: readonly number[]; output: number } & (
  | { kind: 'conv2d' | 'depthwise_conv2d'; padding: 'same' | 'valid'; strideH: number; strideW: number }
  | { kind: 'relu' | 'abs' | 'sub' | 'mul' | 'add' | 'reshape' }
);

/** The one subgraph of a TFLite model, operators in execution order. */
export interface TfliteGraph {
  tensors: readonly TfliteTensor[];
  operators: readonly TfliteOperator[];
  input: number;
  output: number;
}

/*
 * Field numbers of tensorflow/lite/schema/schema.fbs, in the order its tables declare them
 * (a union takes two: its type, then its value).
 */
const MODEL = { operatorCodes: 1, subgraphs: 2, buffers: 4 };
const OPERATOR_CODE = { deprecatedBuiltinCode: 0, builtinCode: 3 };
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3 };
const TENSOR = { shape: 0, type: 1, buffer: 2, name: 3 };
const OPERATOR = { opcodeIndex: 0, inputs: 1, outputs: 2, builtinOptions: 4 };
const BUFFER = { data: 0 };
const CONV = { padding: 0, strideW: 1, strideH: 2, fusedActivation: 3, dilationW: 4, dilationH: 5 };
const DEPTHWISE = {
  padding: 0,
  strideW: 1,
  strideH: 2,
  depthMultiplier: 3,
  fusedActivation: 4,
  dilationW: 5,
  dilationH: 6,
};
const ARITHMETIC = { fusedActivation: 0 };

const FLOAT32 = 0;
const PADDING = ['same', 'valid'] as const;
/** BuiltinOperator values. */
const KINDS: Readonly<Record<number, TfliteOperator['kind']>> = {
  0: 'add',
  3: 'conv2d',
  4: 'depthwise_conv2d',
  18: 'mul',
  19: 'relu',
  22: 'reshape',
  41: 'sub',
  101: 'abs',
};

/**
 * Reads a TFLite model that uses float32 convolutions, depthwise convolutions (multiplier 1), RELU, ABS,
 * SUB, MUL, ADD and RESHAPE, none of them dilated or with a fused activation: what MobileFaceNet_TF exports.
 *
 * @param bytes the .tflite file
 * @throws Error naming the first thing that is not supported
 */
export function readTflite(bytes: Uint8Array): TfliteGraph {
  if (Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== 'TFL3')
    throw new Error('not a TFLite model (version 3)');
  const buffer = new ByteBuffer(bytes);
  const model = new Table(buffer, buffer.readInt32(0));
  const kinds = model.tables(MODEL.operatorCodes).map(kindOf);
  const buffers = model.tables(MODEL.buffers);
  const [subgraph, ...others] = model.tables(MODEL.subgraphs);
  if (subgraph === undefined || others.length > 0) throw new Error('the model does not have exactly one subgraph');
  return {
    tensors: subgraph.tables(SUBGRAPH.tensors).map((table) => readTensor(table, buffers)),
    operators: subgraph.tables(SUBGRAPH.operators).map((table) => readOperator(table, kinds)),
    input: only(subgraph.ints(SUBGRAPH.inputs), 'input'),
    output: only(subgraph.ints(SUBGRAPH.outputs), 'output'),
  };
}

/** Models written before schema 3a hold the operator's code in the first field, in the last one since. */
function kindOf(code: Table): TfliteOperator['kind'] {
  const number = Math.max(code.int8(OPERATOR_CODE.deprecatedBuiltinCode), code.int32(OPERATOR_CODE.builtinCode));
  const kind = KINDS[number];
  if (kind === undefined) throw new Error(`operator ${number} is not supported`);
  return kind;
}

function readTensor(table: Table, buffers: readonly Table[]): TfliteTensor {
  const name = table.text(TENSOR.name);
  const shape = table.ints(TENSOR.shape);
  const bytes = buffers[table.int32(TENSOR.buffer)]?.bytes(BUFFER.data);
  if (table.int8(TENSOR.type) !== FLOAT32 || bytes === undefined || bytes.length === 0)
    return { name, shape, data: undefined };
  const data = new Float32Array(Uint8Array.from(bytes).buffer);
  if (data.length !== shape.reduce((product, size) => product * size, 1))
    throw new Error(`${name} does not fill its shape`);
  return { name, shape, data };
}

function readOperator(table: Table, kinds: readonly TfliteOperator['kind'][]): TfliteOperator {
  const kind = kinds[table.int32(OPERATOR.opcodeIndex)];
  if (kind === undefined) throw new Error('an operator refers to no code');
  const inputs = table.ints(OPERATOR.inputs);
  const output = only(table.ints(OPERATOR.outputs), 'output of an operator');
  const options = table.table(OPERATOR.builtinOptions);
  const plain = (name: string, value = 0, expected = 0) => {
    if (value !== expected) throw new Error(`${kind} with ${name} ${value} is not supported`);
  };
  switch (kind) {
    case 'conv2d':
    case 'depthwise_conv2d': {
      if (options === undefined) throw new Error(`${kind} without options`);
      const fields = kind === 'conv2d' ? CONV : DEPTHWISE;
      plain('fused activation', options.int8(fields.fusedActivation));
      plain('dilation', options.int32(fields.dilationW, 1), 1);
      plain('dilation', options.int32(fields.dilationH, 1), 1);
      if (kind === 'depthwise_conv2d') plain('depth multiplier', options.int32(DEPTHWISE.depthMultiplier), 1);
      const padding = PADDING[options.int8(fields.padding)];
      if (padding === undefined) throw new Error(`${kind} with unknown padding`);
      return {
        kind,
        inputs,
        output,
        padding,
        strideH: options.int32(fields.strideH),
        strideW: options.int32(fields.strideW),
      };
    }
    case 'add':
    case 'sub':
    case 'mul':
      plain('fused activation', options?.int8(ARITHMETIC.fusedActivation));
      return { kind, inputs, output };
    case 'relu':
    case 'abs':
    case 'reshape':
      return { kind, inputs, output };
  }
}

function only(values: readonly number[], what: string): number {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) throw new Error(`expected one ${what}, found ${values.length}`);
  return value;
}

/** A flatbuffers table read by field number; an absent field has its default (0 unless given). */
class Table {
  constructor(
    private readonly buffer: ByteBuffer,
    private readonly position: number,
  ) {}

  int8(field: number): number {
    const at = this.at(field);
    return at === 0 ? 0 : this.buffer.readInt8(at);
  }

  int32(field: number, absent = 0): number {
    const at = this.at(field);
    return at === 0 ? absent : this.buffer.readInt32(at);
  }

  text(field: number): string {
    const at = this.at(field);
    return at === 0 ? '' : String(this.buffer.__string(at));
  }

  table(field: number): Table | undefined {
    const at = this.at(field);
    return at === 0 ? undefined : new Table(this.buffer, this.buffer.__indirect(at));
  }

  ints(field: number): number[] {
    return this.elements(field, 4).map((at) => this.buffer.readInt32(at));
  }

  tables(field: number): Table[] {
    return this.elements(field, 4).map((at) => new Table(this.buffer, this.buffer.__indirect(at)));
  }

  bytes(field: number): Uint8Array {
    const at = this.at(field);
    if (at === 0) return new Uint8Array(0);
    const start = this.buffer.__vector(at);
    return this.buffer.bytes().subarray(start, start + this.buffer.__vector_len(at));
  }

  private elements(field: number, size: number): number[] {
    const at = this.at(field);
    if (at === 0) return [];
    const start = this.buffer.__vector(at);
    return Array.from({ length: this.buffer.__vector_len(at) }, (_, index) => start + index * size);
  }

  /** Where a field's value lies; 0 when it is absent. A vtable starts with two 16-bit sizes. */
  private at(field: number): number {
    const offset = this.buffer.__offset(this.position, 4 + 2 * field);
    return offset === 0 ? 0 : this.position + offset;
  }
}
