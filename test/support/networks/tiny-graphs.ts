/**
 * ONNX graphs of a few kB with the signatures of the networks that packs name: real inputs, real output
 * names and shapes, and weights so simple that what must come out can be worked out by hand.
 */
import { encodeOnnx, type Constant, type Node, type Value } from '../../../src/weights/onnx-graph.js';

/** What a tiny detector says of every white cell of the grid with this stride; all other strides stay silent. */
export interface WhiteCellFace {
  stride: 8 | 16 | 32;
  /** Four raw box numbers, in the detector's own coding. */
  box: readonly number[];
  /** Ten raw landmark numbers. */
  points: readonly number[];
  /** The plane of the input that is looked at alone (0 is the first colour of its order); all of them when absent. */
  plane?: 0 | 1 | 2;
}

const STRIDES = [8, 16, 32] as const;

/**
 * SCRFD as InsightFace's det_10g (or det_500m) exports it: input `input.1` [1, 3, ?, ?] in −1..1, nine outputs [N, 1],
 * [N, 4], [N, 10] under numbers for names. A white cell scores 0.99995 at its second anchor.
 */
export function scrfdGraph(face: WhiteCellFace, file: 'det_10g' | 'det_500m' = 'det_10g'): Uint8Array {
  const names =
    file === 'det_10g'
      ? { score: ['448', '471', '494'], box: ['451', '474', '497'], points: ['454', '477', '500'] }
      : { score: ['443', '468', '493'], box: ['446', '471', '496'], points: ['449', '474', '499'] };
  const graph = new Builder('input.1');
  STRIDES.forEach((stride, index) => {
    const cells = graph.brightness(stride, face.plane);
    // Logit 10 for white (1), −10 for mid-grey (0), on the second anchor of the right stride alone.
    const gain = stride === face.stride ? 20 : 0;
    graph.head(cells, {
      name: names.score[index],
      gains: [0, gain],
      biases: [-10, -10],
      columns: 1,
      flat: true,
      sigmoid: true,
    });
    graph.head(cells, { name: names.box[index], biases: [...face.box, ...face.box], columns: 4, flat: true });
    graph.head(cells, { name: names.points[index], biases: [...face.points, ...face.points], columns: 10, flat: true });
  });
  return graph.encode([1, 3, '?', '?']);
}

/**
 * YuNet as OpenCV Zoo's face_detection_yunet_2023mar: input `input` fixed at [1, 3, 640, 640], 0..255,
 * outputs cls/obj/bbox/kps_{8,16,32} [1, N, …]. A white cell has cls = obj = 0.99995.
 */
export function yunetGraph(face: WhiteCellFace): Uint8Array {
  const graph = new Builder('input');
  for (const stride of STRIDES) {
    const cells = graph.brightness(stride, face.plane);
    const gain = stride === face.stride ? 20 / 255 : 0;
    graph.head(cells, { name: `cls_${stride}`, gains: [gain], biases: [-10], columns: 1, sigmoid: true });
    graph.head(cells, { name: `obj_${stride}`, gains: [gain], biases: [-10], columns: 1, sigmoid: true });
    graph.head(cells, { name: `bbox_${stride}`, biases: face.box, columns: 4 });
    graph.head(cells, { name: `kps_${stride}`, biases: face.points, columns: 10 });
  }
  return graph.encode([1, 3, 640, 640]);
}

/**
 * ArcFace as InsightFace's w600k_r50: `input.1` [None, 3, 112, 112] → `683` (w600k_mbf: `516`) [None, 512], with a
 * PRelu inside.
 */
export function arcfaceGraph(output = '683'): Uint8Array {
  return embedderGraph({ input: 'input.1', output, dimensions: 512, batch: 'None', flatten: 'Flatten' });
}

/**
 * SFace as OpenCV Zoo's face_recognition_sface_2021dec: `data` [1, 3, 112, 112] → `fc1` [1, 128], the batch fixed in a
 * Reshape too.
 */
export function sfaceGraph(): Uint8Array {
  return embedderGraph({ input: 'data', output: 'fc1', dimensions: 128, batch: 1, flatten: 'Reshape' });
}

interface EmbedderShape {
  input: string;
  output: string;
  dimensions: number;
  batch: number | string;
  flatten: 'Flatten' | 'Reshape';
}

function embedderGraph({ input, output, dimensions, batch, flatten }: EmbedderShape): Uint8Array {
  const channels = 8;
  const cells = 7 * 7;
  const random = generator(dimensions);
  const weights = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
  return encodeOnnx({
    name: 'tiny-embedder',
    inputs: [{ name: input, dims: [batch, 3, 112, 112] }],
    outputs: [{ name: output, dims: [batch, dimensions] }],
    constants: [
      { name: 'kernel', dims: [channels, 3, 1, 1], data: weights(channels * 3) },
      { name: 'slope', dims: [channels, 1, 1], data: Float32Array.of(0.25, -0.5, 1.5, 0, 1, -2, 0.1, 3) },
      { name: 'dense', dims: [channels * cells, dimensions], data: weights(channels * cells * dimensions) },
      { name: 'flat', dims: [2], data: BigInt64Array.of(1n, -1n) },
    ],
    nodes: [
      {
        op: 'AveragePool',
        inputs: [input],
        outputs: ['pooled'],
        attributes: { kernel_shape: [16, 16], strides: [16, 16] },
      },
      { op: 'Conv', inputs: ['pooled', 'kernel'], outputs: ['features'], attributes: { kernel_shape: [1, 1] } },
      { op: 'PRelu', inputs: ['features', 'slope'], outputs: ['active'] },
      flatten === 'Reshape'
        ? { op: 'Reshape', inputs: ['active', 'flat'], outputs: ['row'] }
        : { op: 'Flatten', inputs: ['active'], outputs: ['row'] },
      { op: 'MatMul', inputs: ['row', 'dense'], outputs: [output] },
    ],
  });
}

/** A detector's head: a 1×1 convolution of the brightness, one row of `columns` numbers an anchor. */
interface Head {
  name: string | undefined;
  gains?: readonly number[];
  biases: readonly number[];
  columns: number;
  /** [N, columns] instead of [1, N, columns]. */
  flat?: boolean;
  sigmoid?: boolean;
}

class Builder {
  private readonly constants: Constant[] = [];
  private readonly nodes: Node[] = [];
  private readonly outputs: Value[] = [];

  constructor(private readonly input: string) {}

  /** Mean of each cell of stride × stride pixels over all colours, or in one of them: [1, 1, h, w]. */
  brightness(stride: number, plane?: 0 | 1 | 2): string {
    const cells = `cells${stride}`;
    const shares = Float32Array.from({ length: 3 }, (_, k) => (plane === undefined ? 1 / 3 : Number(k === plane)));
    const third = this.constant(`${cells}.third`, [1, 3, 1, 1], shares);
    this.nodes.push(
      {
        op: 'AveragePool',
        inputs: [this.input],
        outputs: [`${cells}.colours`],
        attributes: { kernel_shape: [stride, stride], strides: [stride, stride] },
      },
      { op: 'Conv', inputs: [`${cells}.colours`, third], outputs: [cells], attributes: { kernel_shape: [1, 1] } },
    );
    return cells;
  }

  head(cells: string, { name = '', gains, biases, columns, flat = false, sigmoid = false }: Head): void {
    const channels = biases.length;
    const kernel = this.constant(
      `${name}.kernel`,
      [channels, 1, 1, 1],
      Float32Array.from({ length: channels }, (_, index) => gains?.[index] ?? 0),
    );
    const bias = this.constant(`${name}.bias`, [channels], Float32Array.from(biases));
    const shape = this.constant(
      `${name}.shape`,
      [flat ? 2 : 3],
      flat ? BigInt64Array.of(-1n, BigInt(columns)) : BigInt64Array.of(1n, -1n, BigInt(columns)),
    );
    this.nodes.push(
      { op: 'Conv', inputs: [cells, kernel, bias], outputs: [`${name}.map`], attributes: { kernel_shape: [1, 1] } },
      { op: 'Transpose', inputs: [`${name}.map`], outputs: [`${name}.rows`], attributes: { perm: [0, 2, 3, 1] } },
      { op: 'Reshape', inputs: [`${name}.rows`, shape], outputs: [sigmoid ? `${name}.logits` : name] },
    );
    if (sigmoid) this.nodes.push({ op: 'Sigmoid', inputs: [`${name}.logits`], outputs: [name] });
    this.outputs.push({ name, dims: flat ? ['rows', columns] : [1, 'rows', columns] });
  }

  encode(dims: Value['dims']): Uint8Array {
    return encodeOnnx({
      name: 'tiny-detector',
      inputs: [{ name: this.input, dims }],
      outputs: this.outputs,
      constants: this.constants,
      nodes: this.nodes,
    });
  }

  private constant(name: string, dims: readonly number[], data: Constant['data']): string {
    this.constants.push({ name, dims, data });
    return name;
  }
}

/** Repeatable numbers in 0..1: a linear congruential generator (Numerical Recipes). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
