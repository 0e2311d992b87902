/** Which execution provider runs a pack's networks: the one that is wanted, if it is there and answers as the CPU. */
import * as ort from 'onnxruntime-node';
import type { ExecutionProvider, Provider, RunsOn } from '../../domain/machine/execution-providers.js';
import { dot } from '../../domain/vectors.js';
import { saidBy } from '../../domain/errors/thrown.js';
import type { NetworkRole } from '../packs/networks.js';
import { openSession, type Session } from './sessions.js';

/** What onnxruntime calls them. */
const NAMES: Readonly<Record<Provider, string>> = {
  cpu: 'cpu',
  cuda: 'cuda',
  coreml: 'coreml',
  directml: 'dml',
  webgpu: 'webgpu',
};
/** Fastest first. */
const BY_SPEED = ['cuda', 'directml', 'coreml', 'webgpu'] as const satisfies readonly Provider[];
/**
 * Least cosine between what a provider and the CPU print for the same input. Half precision gives 0.9999 and better;
 * a threshold on similarities does not notice what is less than a thousandth.
 */
const AGREEMENT = 0.999;
/** Shapes that every prepared network takes. */
const PROBES: Readonly<Record<NetworkRole, readonly number[]>> = {
  detector: [1, 3, 320, 320],
  embedder: [2, 3, 112, 112],
};

/** A network to be opened. */
export interface Model {
  role: NetworkRole;
  bytes: Uint8Array;
}

/** What this build of onnxruntime could run on, by its own names. */
export type Bundled = readonly { name: string; bundled: boolean }[];

/**
 * Opens all models on one provider: the wanted one, or, where it is not there, fails, or answers otherwise than the
 * CPU, the CPU.
 */
export async function openModels(
  models: readonly Model[],
  threads: number,
  wanted: ExecutionProvider,
  bundled: Bundled = ort.listSupportedBackends(),
): Promise<{ sessions: Session[]; runsOn: RunsOn }> {
  const refused: { provider: Provider; why: string }[] = [];
  for (const provider of candidates(wanted, bundled)) {
    if (!isThere(provider, bundled)) {
      refused.push({ provider, why: 'this build of onnxruntime does not have it' });
      continue;
    }
    const opened = await openOn(models, threads, provider);
    if (typeof opened !== 'string') return { sessions: opened, runsOn: { provider, refused } };
    refused.push({ provider, why: opened });
  }
  return { sessions: await openAll(models, threads, 'cpu'), runsOn: { provider: 'cpu', refused } };
}

/** What is tried before the CPU. One that was asked for by name is refused by name; `auto` tries what may be there. */
function candidates(wanted: ExecutionProvider, bundled: Bundled): readonly Provider[] {
  if (wanted === 'cpu') return [];
  // CUDA's libraries are not part of the package: it is tried by whoever asks for it, who has put them there.
  const isBundled = (p: Provider) => bundled.some(({ name, bundled: has }) => has && name === NAMES[p]);
  return wanted === 'auto' ? BY_SPEED.filter(isBundled) : [wanted];
}

/** onnxruntime drops without a word what it doesn't know. */
function isThere(provider: Provider, bundled: Bundled): boolean {
  return bundled.some(({ name }) => name === NAMES[provider]);
}

/** @returns the sessions, or why not */
async function openOn(models: readonly Model[], threads: number, provider: Provider): Promise<Session[] | string> {
  try {
    const sessions = await openAll(models, threads, provider);
    const worst = await leastAgreement(models, sessions, threads);
    if (worst >= AGREEMENT) return sessions;
    return `it answers otherwise than the CPU (cosine ${worst.toFixed(4)}, at least ${AGREEMENT} is asked)`;
  } catch (error) {
    const said = saidBy(error);
    // Before it stand places in a source that nobody here has.
    return (said.replace(/^.*?(?:was false\. |Error\] : \d+ : \w+ : )/s, '').split('\n')[0] ?? '').slice(0, 200);
  }
}

function openAll(models: readonly Model[], threads: number, provider: Provider): Promise<Session[]> {
  return Promise.all(models.map(({ bytes }) => openSession(bytes, threads, NAMES[provider])));
}

/** @param sessions one for each model @returns the least cosine between an output and the CPU's for the same input */
export async function leastAgreement(
  models: readonly Model[],
  sessions: readonly Session[],
  threads: number,
): Promise<number> {
  let worst = 1;
  for (const [i, { role, bytes }] of models.entries()) {
    const dims = PROBES[role];
    const cpu = await openSession(bytes, threads);
    const [reference, found] = [await cpu.run(pattern(dims), dims), await sessions[i]?.run(pattern(dims), dims)];
    for (const [name, { data }] of Object.entries(reference)) {
      const other = found?.[name]?.data ?? new Float32Array(0);
      worst = Math.min(worst, other.length === data.length ? cosine(other, data) : -1);
    }
    await cpu.release();
  }
  return worst;
}

/** Waves of several lengths, −1 to 1: the same each time, and nothing that a network could shrug off. */
function pattern(dims: readonly number[]): Float32Array {
  const n = dims.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: n }, (_, i) => 0.6 * Math.sin(i / 7) + 0.4 * Math.sin(i / 311));
}

function cosine(a: Float32Array, b: Float32Array): number {
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  return norms > 0 ? dot(a, b) / norms : Number(dot(a, a) === dot(b, b));
}
