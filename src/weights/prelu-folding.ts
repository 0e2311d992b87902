/** PReLU out of what TFLite spells it as. */
import type { TfliteGraph, TfliteOperator } from './tflite-model.js';

/** PReLU, y = max(x, 0) + slope · min(x, 0), with one slope a channel. */
export interface Prelu {
  kind: 'prelu';
  inputs: readonly [number];
  output: number;
  slope: Float32Array;
}

/**
 * Replaces relu(x) + c · (x − |x|), which is how TensorFlow exports PReLU, by PReLU of slope 2c.
 *
 * Exact: for x ≥ 0 the second term is 0, for x < 0 it is c · 2x, and doubling loses no bit of a float.
 * A pattern whose intermediate values are used elsewhere stays as it is.
 */
export function foldPrelu(graph: TfliteGraph): (TfliteOperator | Prelu)[] {
  const makers = new Map(graph.operators.map((operator) => [operator.output, operator]));
  const uses = new Map<number, number>();
  for (const index of graph.operators.flatMap((operator) => operator.inputs))
    uses.set(index, (uses.get(index) ?? 0) + 1);

  /** The operator of this kind that makes the tensor for one consumer alone. */
  const made = (tensor: number | undefined, kind: TfliteOperator['kind']) => {
    const maker = tensor === undefined ? undefined : makers.get(tensor);
    return maker?.kind === kind && uses.get(maker.output) === 1 && maker.output !== graph.output ? maker : undefined;
  };

  const folded = new Map<TfliteOperator, Prelu>();
  const gone = new Set<TfliteOperator>();
  for (const add of graph.operators) {
    if (add.kind !== 'add') continue;
    const relu = pick(add.inputs, (tensor) => made(tensor, 'relu'));
    const mul = pick(add.inputs, (tensor) => made(tensor, 'mul'));
    const half = pick(mul?.inputs ?? [], (tensor) => graph.tensors[tensor]?.data);
    const sub = pick(mul?.inputs ?? [], (tensor) => made(tensor, 'sub'));
    const abs = made(sub?.inputs[1], 'abs');
    const x = relu?.inputs[0];
    if (!relu || !mul || !half || !sub || !abs || x === undefined || sub.inputs[0] !== x || abs.inputs[0] !== x)
      continue;
    if (half.length !== graph.tensors[x]?.shape.at(-1)) continue;
    folded.set(add, { kind: 'prelu', inputs: [x], output: add.output, slope: half.map((value) => 2 * value) });
    for (const operator of [relu, mul, sub, abs]) gone.add(operator);
  }
  return graph.operators.filter((operator) => !gone.has(operator)).map((operator) => folded.get(operator) ?? operator);
}

function pick<T, R>(values: readonly T[], choose: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const chosen = choose(value);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}
