/** Edits of ONNX graphs: free input sizes. */
import onnxProto from 'onnx-proto';
import type { onnx } from 'onnx-proto';
import { editGraph, GRAPH, NODE, TENSOR_NAME, unusableModel, VALUE_INFO_NAME } from './onnx-schema.js';
import { delimited, fieldsOf, textOf, textsOf } from './protobuf-fields.js';

/** Which axes of a model's image input become free, and the symbolic name each is given. */
export type FreeAxes = Readonly<Record<number, string>>;

/** Height and width of an NCHW input: a detector then takes pictures of any size. */
const SPATIAL_AXES: FreeAxes = { 2: 'h', 3: 'w' };

/** The batch axis of an NCHW input: an embedder then takes any number of crops. */
export const BATCH_AXIS: FreeAxes = { 0: 'n' };

/**
 * Replaces fixed sizes in an ONNX model's declaration of its inputs by symbolic ones, and drops the
 * declared shapes of outputs and intermediate values, which the runtime infers anew.
 *
 * The weights and all other fields are copied byte for byte, unread. A model whose operators depend on
 * the fixed size keeps failing on others; SCRFD, YuNet and RetinaFace (mnet) hold relative reshapes only.
 * When the batch axis is freed, a `Reshape` to the constant shape [1, …] becomes [0, …] ("as the input
 * has it"), which is the same for a batch of one.
 *
 * @param model bytes of an ONNX ModelProto
 * @param axes axes of each rank-4 input to free, by default height and width
 * @returns bytes of the edited model
 * @throws RollcallError `missing_model` if the bytes are no ONNX model or no rank-4 input is declared
 */
export function freeInputShape(model: Uint8Array, axes: FreeAxes = SPATIAL_AXES): Uint8Array {
  return editGraph(model, (graph) => {
    const { parts, freed } = freeGraph(graph, axes);
    if (freed === 0) throw unusableModel('declares no image input of rank 4');
    return parts;
  });
}

function freeGraph(graph: Uint8Array, axes: FreeAxes): { parts: Uint8Array[]; freed: number } {
  const { weights, reshapes } = namesIn(graph);
  const parts: Uint8Array[] = [];
  let freed = 0;
  for (const { number, raw, body } of fieldsOf(graph)) {
    if (number === GRAPH.valueInfo) continue;
    if (number === GRAPH.output && body !== undefined) {
      parts.push(...delimited(GRAPH.output, [withoutShape(body)]));
      continue;
    }
    // Models older than IR version 4 list their weights among the inputs.
    if (number === GRAPH.input && body !== undefined && !weights.has(textOf(body, VALUE_INFO_NAME) ?? '')) {
      const input = withFreeAxes(body, axes);
      if (input !== undefined) {
        freed += 1;
        parts.push(...delimited(GRAPH.input, [input]));
        continue;
      }
    }
    if (
      number === GRAPH.initializer &&
      body !== undefined &&
      0 in axes &&
      reshapes.has(textOf(body, TENSOR_NAME) ?? '')
    ) {
      parts.push(...delimited(GRAPH.initializer, [keepingBatch(body)]));
      continue;
    }
    parts.push(raw);
  }
  return { parts, freed };
}

/** Names of the graph's constants, and of those that are the target shape of a Reshape. */
function namesIn(graph: Uint8Array): { weights: Set<string>; reshapes: Set<string> } {
  const weights = new Set<string>();
  const reshapes = new Map<string, string>();
  for (const { number, body } of fieldsOf(graph)) {
    if (body === undefined) continue;
    if (number === GRAPH.initializer) weights.add(textOf(body, TENSOR_NAME) ?? '');
    if (number !== GRAPH.node || textOf(body, NODE.opType) !== 'Reshape') continue;
    const [data, shape] = textsOf(body, NODE.input);
    if (data !== undefined && shape !== undefined) reshapes.set(shape, data);
  }
  // A reshaped constant (a slope, a bias) has no batch axis.
  const ofActivations = [...reshapes].filter(([, data]) => !weights.has(data)).map(([shape]) => shape);
  return { weights, reshapes: new Set(ofActivations) };
}

function withFreeAxes(valueInfo: Uint8Array, axes: FreeAxes): Uint8Array | undefined {
  const value = onnxProto.onnx.ValueInfoProto.decode(valueInfo);
  const dims = value.type?.tensorType?.shape?.dim;
  if (dims?.length !== 4) return undefined;
  const free: onnx.TensorShapeProto.IDimension[] = dims.map((dim, axis) => {
    const name = axes[axis];
    return name === undefined ? dim : { dimParam: name };
  });
  const tensorType = { ...value.type?.tensorType, shape: { dim: free } };
  return onnxProto.onnx.ValueInfoProto.encode({ ...value, type: { ...value.type, tensorType } }).finish();
}

function withoutShape(valueInfo: Uint8Array): Uint8Array {
  const value = onnxProto.onnx.ValueInfoProto.decode(valueInfo);
  const elemType = value.type?.tensorType?.elemType;
  if (elemType === undefined || elemType === null) return valueInfo;
  return onnxProto.onnx.ValueInfoProto.encode({ name: value.name, type: { tensorType: { elemType } } }).finish();
}

/** An int64 shape [1, …] becomes [0, …]; any other tensor stays as it is. */
function keepingBatch(tensor: Uint8Array): Uint8Array {
  const shape = onnxProto.onnx.TensorProto.decode(tensor);
  // The decoder's enum and the one that is exported are two to the compiler.
  if (Number(shape.dataType) !== Number(onnxProto.onnx.TensorProto.DataType.INT64)) return tensor;
  const { rawData } = shape;
  const raw = rawData.length >= 8 ? new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength) : undefined;
  const first = raw === undefined ? Number(shape.int64Data[0]) : Number(raw.getBigInt64(0, true));
  if (first !== 1) return tensor;
  if (raw === undefined)
    return onnxProto.onnx.TensorProto.encode({
      ...shape,
      int64Data: [0, ...shape.int64Data.slice(1).map(Number)],
    }).finish();
  const edited = Uint8Array.from(rawData);
  new DataView(edited.buffer).setBigInt64(0, 0n, true);
  return onnxProto.onnx.TensorProto.encode({ ...shape, rawData: edited }).finish();
}
