import { Builder, type Offset } from 'flatbuffers';

/** A tensor to write; constants carry data, activations only their shape. */
export interface TensorSpec {
  shape: readonly number[];
  data?: Float32Array;
}

/** An operator to write: BuiltinOperator value, tensors, and its options by field number. */
export interface OperatorSpec {
  code: number;
  inputs: readonly number[];
  output: number;
  options?: { type: number; bytes?: Readonly<Record<number, number>>; ints?: Readonly<Record<number, number>> };
}

/** BuiltinOperator and BuiltinOptions values of tensorflow/lite/schema/schema.fbs. */
export const CODE = {
  add: 0,
  conv2d: 3,
  depthwise: 4,
  mul: 18,
  relu: 19,
  reshape: 22,
  softmax: 25,
  sub: 41,
  abs: 101,
} as const;
export const OPTIONS = { conv2d: 1, depthwise: 2 } as const;

/**
 * Writes a TFLite file with one subgraph, from the schema's field numbers.
 * @param modern writes operator codes into the field that schema 3a added, as newer converters do
 */
export function writeTflite(
  tensors: readonly TensorSpec[],
  operators: readonly OperatorSpec[],
  input: number,
  output: number,
  modern = false,
): Uint8Array {
  const b = new Builder(1024);
  const ints = (values: readonly number[]) => vector(b, 4, values, (value) => b.addInt32(value));
  const tables = (offsets: readonly Offset[]) => vector(b, 4, offsets, (offset) => b.addOffset(offset));
  /** Buffer 0 is the empty one, by convention; each constant has the one after. */
  const buffers = [undefined, ...tensors.map((tensor) => tensor.data)].map((data) => {
    const bytes =
      data === undefined
        ? undefined
        : b.createByteVector(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return table(b, 1, () => bytes !== undefined && b.addFieldOffset(0, bytes, 0));
  });
  const written = tensors.map((tensor, index) => {
    const shape = ints(tensor.shape);
    const name = b.createString(`tensor${index}`);
    return table(b, 4, () => {
      b.addFieldOffset(0, shape, 0);
      b.addFieldInt32(2, tensor.data === undefined ? 0 : index + 1, 0);
      b.addFieldOffset(3, name, 0);
    });
  });
  const codes = [...new Set(operators.map((operator) => operator.code))];
  const codeTables = codes.map((code) =>
    table(b, 4, () => (modern ? b.addFieldInt32(3, code, 0) : b.addFieldInt8(0, code, 0))),
  );
  const steps = operators.map((operator) => {
    const inputs = ints(operator.inputs);
    const outputs = ints([operator.output]);
    const { options } = operator;
    const optionTable =
      options === undefined
        ? undefined
        : table(b, 7, () => {
            for (const [field, value] of Object.entries(options.bytes ?? {})) b.addFieldInt8(Number(field), value, 0);
            for (const [field, value] of Object.entries(options.ints ?? {})) b.addFieldInt32(Number(field), value, 0);
          });
    return table(b, 5, () => {
      b.addFieldInt32(0, codes.indexOf(operator.code), 0);
      b.addFieldOffset(1, inputs, 0);
      b.addFieldOffset(2, outputs, 0);
      b.addFieldInt8(3, options?.type ?? 0, 0);
      if (optionTable !== undefined) b.addFieldOffset(4, optionTable, 0);
    });
  });
  const subgraphFields = [tables(written), ints([input]), ints([output]), tables(steps)];
  const subgraph = table(b, 4, () => subgraphFields.forEach((offset, field) => b.addFieldOffset(field, offset, 0)));
  const [codeVector, subgraphVector, bufferVector] = [tables(codeTables), tables([subgraph]), tables(buffers)];
  const model = table(b, 5, () => {
    b.addFieldInt32(0, 3, 0);
    b.addFieldOffset(1, codeVector ?? 0, 0);
    b.addFieldOffset(2, subgraphVector ?? 0, 0);
    b.addFieldOffset(4, bufferVector ?? 0, 0);
  });
  b.finish(model, 'TFL3');
  return b.asUint8Array();
}

function table(b: Builder, fields: number, write: () => unknown): Offset {
  b.startObject(fields);
  write();
  return b.endObject();
}

function vector<T>(b: Builder, size: number, values: readonly T[], add: (value: T) => void): Offset {
  b.startVector(size, values.length, size);
  for (const value of values.toReversed()) add(value);
  return b.endVector();
}
