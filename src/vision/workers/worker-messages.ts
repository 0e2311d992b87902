/** What main thread and inference worker say to each other. */
import type { ExecutionProvider, RunsOn } from '../../domain/machine/execution-providers.js';
import type { NearestRows, ScoredPairs, VectorRows, VectorSet } from '../../domain/grouping/scored-pairs.js';
import type { Embedding, Face, Picture } from '../../domain/types.js';
import type { DetectOptions } from '../pipeline.js';

/** What the main thread asks of the inference worker. Urgent requests overtake those that wait. */
export type Request = { urgent?: boolean } & (
  | { id: number; kind: 'detect'; picture: Picture; options: DetectOptions }
  | { id: number; kind: 'embed'; crops: readonly Uint8Array[]; mirror: boolean }
  | { id: number; kind: 'pairs'; a: VectorSet; b: VectorSet; threshold: number }
  | { id: number; kind: 'nearest'; a: VectorRows; b: VectorRows; k: number; into: NearestRows | undefined }
  | { id: number; kind: 'scores'; set: VectorSet }
  | { id: number; kind: 'what-runs' }
  | { id: number; kind: 'close' }
);

/** What the worker answers. */
export type Response =
  | { id: number; kind: 'detected'; faces: Face[] }
  | { id: number; kind: 'embedded'; embeddings: Embedding[] }
  | { id: number; kind: 'paired'; pairs: ScoredPairs }
  | { id: number; kind: 'nearest'; rows: NearestRows }
  | { id: number; kind: 'scored'; scores: Float32Array }
  | { id: number; kind: 'runs-on'; runsOn: RunsOn }
  | { id: number; kind: 'ready' }
  | { id: number; kind: 'failed'; error: { code: string; message: string; hint: string } };

/** What is asked, before it has a number. */
export type Unnumbered<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/** Start-up data of the worker. */
export interface WorkerSettings {
  modelsDir: string;
  /** Where prepared networks are looked for, in order (see networkFolders). */
  networkDirs: readonly string[];
  packId: string;
  threads: number;
  /** By default the CPU. */
  executionProvider?: ExecutionProvider;
}

/** Buffers that move with a message instead of being copied; what several views share moves once. */
export function movable(...views: readonly ArrayBufferView[]): ArrayBuffer[] {
  return [...new Set(views.map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer);
}

/** Those of a picture. */
export function buffersOfPicture({ data, small }: Picture): ArrayBuffer[] {
  return movable(data, ...(small ? [small.data] : []));
}
