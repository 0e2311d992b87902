/** Rollcall against other libraries for Node that find and describe faces: the same film, and the same pairs. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaNode } from 'execa';
import { z } from 'zod';
import { csvPairs, type LabelledPair } from '../../faces/data-sets.js';
import { startServer } from '../../demo/server.js';
import { indexByServer, type VersionRun } from '../versions/compare-versions.js';
import { installPeers } from './install-peers.js';
import { type Answered, answeredSchema, type Asked, type PeerName, PEERS } from './peer.js';

/** Pictures that indexing samples a second, and every which one of them a peer is given: it takes a second each. */
const SAMPLE_FPS = 5,
  EVERY = 10;
const WIDTH = 1280,
  HEIGHT = 720;

export interface PeerOptions {
  /** The built server. */
  bin: string;
  /** `seconds` of film at 1280×720, and two seconds of it. */
  minute: string;
  seconds: number;
  warmUp: string;
  /** For what is made on the way: the peers (400 MB) and 90 MB of pictures. */
  folder: string;
  ffmpeg: string;
  rounds: number;
  /** `pairs/` of the evaluation data; without it only speed is compared. */
  pairs: string | null;
  onStep: (what: string) => void;
}

/** A pair of pictures and how alike somebody says they are. */
export type ScoredPair = Answered['pairs'][number];

export interface PeerComparison {
  seconds: number;
  /** Pictures of the film that indexing looks at or follows faces through. */
  samples: number;
  rounds: { ours: VersionRun; peers: Record<PeerName, Answered> }[];
  pairs: { ours: ScoredPair[]; peers: Record<PeerName, ScoredPair[]> } | null;
}

const verdictSchema = z.object({ score: z.number().nullable() });

/**
 * In each round ours indexes the whole film, and each peer is given every tenth of the pictures that ours samples, one
 * after another, each looked at by itself.
 * @throws ExecaError when npm, ffmpeg or a peer fails
 */
export async function comparePeers(options: PeerOptions, signal: AbortSignal): Promise<PeerComparison> {
  const { bin, minute, seconds, warmUp, ffmpeg, rounds, onStep } = options;
  const folder = await mkdtemp(path.join(options.folder, 'peers-'));
  onStep('installing the peers');
  await installPeers(folder, signal);
  const frames = { file: path.join(folder, 'frames.rgb'), width: WIDTH, height: HEIGHT };
  await writeFrames(minute, frames.file, ffmpeg, signal);
  const pairs = options.pairs === null ? [] : await csvPairs(options.pairs);
  const done: PeerComparison['rounds'] = [];
  for (let n = 0; n < rounds; n++) {
    const ours = await indexByServer(bin, warmUp, minute, signal);
    onStep(`round ${n + 1}: ${ours.wall_s.toFixed(2)} s for ${seconds} s of film`);
    const ask = (name: PeerName) => askPeer({ name, folder, frames, pairs: n === 0 ? pairs : [] }, signal);
    const peers = { human: await ask('human'), 'face-api': await ask('face-api') };
    for (const name of PEERS) onStep(`round ${n + 1}: ${name}, ${peers[name].wall_ms.length} pictures`);
    done.push({ ours, peers });
  }
  const [first] = done;
  return {
    seconds,
    samples: seconds * SAMPLE_FPS,
    rounds: done,
    pairs:
      pairs.length === 0 || !first
        ? null
        : {
            ours: await comparePairs(bin, pairs, signal),
            peers: { human: first.peers.human.pairs, 'face-api': first.peers['face-api'].pairs },
          },
  };
}

async function writeFrames(video: string, file: string, ffmpeg: string, signal: AbortSignal): Promise<void> {
  const filter = `fps=${SAMPLE_FPS},select=not(mod(n\\,${EVERY})),scale=${WIDTH}:${HEIGHT}`;
  const raw = ['-vf', filter, '-fps_mode', 'passthrough', '-pix_fmt', 'rgb24', '-f', 'rawvideo', file];
  await execa(ffmpeg, ['-nostdin', '-loglevel', 'error', '-i', video, ...raw], { cancelSignal: signal });
}

async function askPeer(asked: Asked, signal: AbortSignal): Promise<Answered> {
  const script = fileURLToPath(new URL('./peer-child.ts', import.meta.url));
  const { stdout } = await execaNode(script, [JSON.stringify(asked)], {
    nodeOptions: ['--import', 'tsx'],
    stdin: 'ignore',
    cancelSignal: signal,
  });
  // Both print words of their own before.
  return answeredSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

/** Every pair as `verify_faces` scores it over MCP. A pair without a face scores nothing. */
async function comparePairs(bin: string, pairs: readonly LabelledPair[], signal: AbortSignal): Promise<ScoredPair[]> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'rollcall-bench-home-'));
  try {
    const server = await startServer(bin, home, signal);
    try {
      const scored = [];
      for (const { a, b, same } of pairs) {
        const verdict = await server.call('verify_faces', { image_a: a, image_b: b }, verdictSchema);
        scored.push({ same, score: verdict.score });
      }
      return scored;
    } finally {
      await server.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
