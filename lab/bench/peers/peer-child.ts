/** One peer in a process of its own: `tsx peer-child.ts '{…}'` (askedSchema) prints what it took (answeredSchema). */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { LabelledPair } from '../../faces/data-sets.js';
import { openFaceApi } from './open-face-api.js';
import { openHuman } from './open-human.js';
import { type Answered, type Asked, askedSchema, type Peer, type PeerFace } from './peer.js';

const asked = askedSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const peer = await (asked.name === 'human' ? openHuman : openFaceApi)(asked.folder);
try {
  const watched = await watch(peer, asked.frames);
  const answered: Answered = { backend: peer.backend, ...watched, pairs: await comparePairs(peer, asked.pairs) };
  process.stdout.write(`${JSON.stringify(answered)}\n`);
} finally {
  peer.close();
}

async function watch(peer: Peer, { file, width, height }: Asked['frames']) {
  const bytes = await readFile(file);
  const size = width * height * 3;
  const wall_ms: number[] = [];
  let faces = 0,
    before = process.cpuUsage();
  for (let from = 0; from + size <= bytes.length; from += size) {
    const began = performance.now();
    const found = await peer.faces(bytes.subarray(from, from + size), width, height);
    if (from > 0) {
      wall_ms.push(performance.now() - began);
      faces += found.length;
    } else before = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(before);
  return { wall_ms, cpu_ms: (user + system) / 1000, faces };
}

async function comparePairs(peer: Peer, pairs: readonly LabelledPair[]): Promise<Answered['pairs']> {
  const known = new Map<string, PeerFace | null>();
  for (const file of new Set(pairs.flatMap(({ a, b }) => [a, b]))) {
    const { data, info } = await sharp(file).rotate().removeAlpha().toColourspace('srgb').raw().toBuffer({
      resolveWithObject: true,
    });
    const found = await peer.faces(data, info.width, info.height);
    known.set(file, found.toSorted((x, y) => y.box[2] * y.box[3] - x.box[2] * x.box[3])[0] ?? null);
  }
  return pairs.map(({ a, b, same }) => {
    const [x, y] = [known.get(a), known.get(b)];
    return { same, score: x && y ? peer.alike(x.descriptor, y.descriptor) : null };
  });
}
