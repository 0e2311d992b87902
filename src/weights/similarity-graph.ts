/** The networks behind vision/inference/similar-pairs: which rows of two matrices are alike, and which most so. */
import { encodeOnnx } from './onnx-graph.js';

/**
 * score[i, j] = a[i]·b[j] − (mean a[i] + mean b[j]) / 2, for a [m, d] and b [n, d]: all of them, and indices and values
 * of those at or above the threshold. The means are added up first, so that score[i, j] of (a, b) is score[j, i] of
 * (b, a) to the bit. The same bytes each time.
 */
export function similarityGraph(): Uint8Array {
  return encodeOnnx({
    name: 'similar-pairs',
    constants: [],
    inputs: [
      { name: 'a', dims: ['m', 'd'] },
      { name: 'half_mean_a', dims: ['m', 1] },
      { name: 'b', dims: ['n', 'd'] },
      { name: 'half_mean_b', dims: [1, 'n'] },
      { name: 'threshold', dims: [1] },
    ],
    outputs: [
      { name: 'at', dims: ['k', 2], type: 'int64' },
      { name: 'score', dims: ['k'] },
      { name: 'scores', dims: ['m', 'n'] },
    ],
    nodes: [
      { op: 'Transpose', inputs: ['b'], outputs: ['b_t'], attributes: { perm: [1, 0] } },
      { op: 'MatMul', inputs: ['a', 'b_t'], outputs: ['cosine'] },
      { op: 'Add', inputs: ['half_mean_a', 'half_mean_b'], outputs: ['mean'] },
      { op: 'Sub', inputs: ['cosine', 'mean'], outputs: ['scores'] },
      { op: 'GreaterOrEqual', inputs: ['scores', 'threshold'], outputs: ['above'] },
      { op: 'NonZero', inputs: ['above'], outputs: ['at_t'] },
      { op: 'Transpose', inputs: ['at_t'], outputs: ['at'], attributes: { perm: [1, 0] } },
      { op: 'GatherND', inputs: ['scores', 'at'], outputs: ['score'] },
    ],
  });
}

/**
 * Of each row of a [m, d] the k rows of b [n, d] of which a[i]·b[j] − mean b[j] / 2 is greatest, the greatest first.
 * The same bytes each time.
 */
export function nearestGraph(): Uint8Array {
  return encodeOnnx({
    name: 'nearest-rows',
    constants: [],
    inputs: [
      { name: 'a', dims: ['m', 'd'] },
      { name: 'b', dims: ['n', 'd'] },
      { name: 'half_mean_b', dims: [1, 'n'] },
      { name: 'k', dims: [1], type: 'int64' },
    ],
    outputs: [
      { name: 'score', dims: ['m', 'k'] },
      { name: 'at', dims: ['m', 'k'], type: 'int64' },
    ],
    nodes: [
      { op: 'Transpose', inputs: ['b'], outputs: ['b_t'], attributes: { perm: [1, 0] } },
      { op: 'MatMul', inputs: ['a', 'b_t'], outputs: ['cosine'] },
      { op: 'Sub', inputs: ['cosine', 'half_mean_b'], outputs: ['scores'] },
      { op: 'TopK', inputs: ['scores', 'k'], outputs: ['score', 'at'] },
    ],
  });
}
