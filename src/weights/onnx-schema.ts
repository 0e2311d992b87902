/** Numbers of the fields of ONNX files that are read here. */
import { RollcallError } from '../domain/errors/errors.js';
import { delimited, fieldsOf } from './protobuf-fields.js';

/** Field numbers of onnx.proto (onnx/onnx, onnx/onnx.proto; stable since IR version 3) that edits look at. */
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const NODE = { input: 1, output: 2, opType: 4 } as const;
export const TENSOR_NAME = 8;
export const VALUE_INFO_NAME = 1;
const MODEL_GRAPH = 7;

/**
 * Replaces the graph of an ONNX model and copies everything beside it.
 *
 * @param model bytes of an ONNX ModelProto
 * @param edit bytes of a GraphProto → parts of the new one
 * @throws RollcallError `missing_model` if the bytes are no ONNX model
 */
export function editGraph(model: Uint8Array, edit: (graph: Uint8Array) => Uint8Array[]): Uint8Array {
  try {
    const parts: Uint8Array[] = [];
    let graphs = 0;
    for (const { number, raw, body } of fieldsOf(model)) {
      if (number === MODEL_GRAPH && body !== undefined) {
        graphs += 1;
        parts.push(...delimited(MODEL_GRAPH, edit(body)));
      } else {
        parts.push(raw);
      }
    }
    if (graphs !== 1) throw new Error(`the model has ${graphs} graphs`);
    return Buffer.concat(parts);
  } catch (cause) {
    if (cause instanceof RollcallError) throw cause;
    throw unusableModel('is not a readable ONNX model', cause);
  }
}

/** The error of a model file that cannot be used; `what` completes "The model file …". */
export function unusableModel(what: string, cause?: unknown): RollcallError {
  return new RollcallError(
    'missing_model',
    `The model file ${what}.`,
    'Fetch the model pack again, or choose another pack.',
    { cause },
  );
}
