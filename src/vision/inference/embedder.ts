/** Embeds aligned crops by each network of a pack, and fuses them. */
import { at } from '../../domain/at.js';
import { CROP_SIDE, type Embedding } from '../../domain/types.js';
import { dot, normalise } from '../../domain/vectors.js';
import type { EmbedderManifest } from '../packs/pack.js';
import type { Session } from './sessions.js';

/** One network of a pack. `projection`: rows × dimensions, orthonormal rows, or null. */
export interface Network {
  manifest: EmbedderManifest;
  session: Session;
  projection: Float32Array | null;
}

/**
 * Embeds aligned crops with every network of the pack and fuses: each network's vector is L2-normalised, projected
 * without loss, scaled by its weight and set end to end; so a cosine of fused vectors is the weighted mean of the
 * networks' cosines, and each network's own cosine can still be read from its block.
 * @param crops each CROP_SIDE² × 3 bytes RGB; @param mirror average each vector with that of the mirror image
 */
export async function embedCrops(
  networks: readonly Network[],
  crops: readonly Uint8Array[],
  mirror: boolean,
): Promise<Embedding[]> {
  const results: Embedding[] = [];
  // One at a time: several in one run are no quicker, and onnxruntime keeps memory for as many in each worker.
  for (const crop of crops) {
    const raws = [];
    for (const network of networks) raws.push(await runNetwork(network, crop, mirror));
    results.push(fuse(networks, raws));
  }
  return results;
}

interface Raw {
  vector: Float32Array;
  norm: number;
}

async function runNetwork(network: Network, crop: Uint8Array, mirror: boolean): Promise<Raw> {
  const a = unit(await runOnce(network, crop, false));
  if (!mirror) return a;
  const b = unit(await runOnce(network, crop, true));
  const sum = a.vector.map((x, k) => x + (b.vector[k] ?? 0));
  normalise(sum);
  return { vector: sum, norm: (a.norm + b.norm) / 2 };
}

async function runOnce(network: Network, crop: Uint8Array, mirror: boolean): Promise<Float32Array> {
  const { mean, scale, order } = network.manifest.input;
  const plane = CROP_SIDE * CROP_SIDE;
  const input = new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++) {
    const channel = order === 'rgb' ? c : 2 - c;
    for (let y = 0; y < CROP_SIDE; y++) {
      for (let x = 0; x < CROP_SIDE; x++) {
        const sx = mirror ? CROP_SIDE - 1 - x : x;
        input[c * plane + y * CROP_SIDE + x] = ((crop[(y * CROP_SIDE + sx) * 3 + channel] ?? 0) - mean) * scale;
      }
    }
  }
  const outputs = await network.session.run(input, [1, 3, CROP_SIDE, CROP_SIDE]);
  const output = Object.values(outputs)[0];
  const d = network.manifest.dimensions;
  if (output?.data.length !== d)
    throw new Error(`${network.manifest.id}: expected ${d} numbers, got ${output?.data.length ?? 0}`);
  return output.data;
}

function unit(v: Float32Array): Raw {
  const vector = v.slice();
  return { norm: normalise(vector), vector };
}

function fuse(networks: readonly Network[], raws: readonly Raw[]): Embedding {
  const parts = networks.map((n, i) => {
    const raw = at(raws, i);
    const block = n.projection ? project(n.projection, raw.vector) : raw.vector.slice();
    normalise(block);
    return block.map((x) => x * Math.sqrt(n.manifest.weight));
  });
  const vector = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let from = 0;
  for (const part of parts) {
    vector.set(part, from);
    from += part.length;
  }
  normalise(vector);
  return { vector, norm: at(raws, 0).norm };
}

/** rows × columns matrix times a column. */
function project(matrix: Float32Array, v: Float32Array): Float32Array {
  const rows = matrix.length / v.length;
  const out = new Float32Array(rows);
  for (let r = 0; r < rows; r++) out[r] = dot(matrix.subarray(r * v.length, (r + 1) * v.length), v);
  return out;
}
