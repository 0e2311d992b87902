/** `@vladmandic/human` as its documents say faces are to be compared: rotated by the mesh, then described. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Peer } from './peer.js';

/** The part of the library that is used here. */
interface HumanModule {
  Human: new (
    config: unknown,
  ) => {
    load(): Promise<void>;
    tf: { getBackend(): string; tensor3d(data: Uint8Array, shape: number[], type: 'int32'): { dispose(): void } };
    detect(tensor: unknown): Promise<{
      face: { box: [number, number, number, number]; embedding?: number[] }[];
      error?: string | null;
    }>;
    match: { similarity(a: readonly number[], b: readonly number[]): number };
  };
}

/** @param folder where the peers are installed */
export async function openHuman(folder: string): Promise<Peer> {
  const installed = createRequire(path.join(folder, 'package.json'));
  const modules = path.join(folder, 'node_modules');
  const home = path.join(modules, '@vladmandic', 'human');
  // Its own server: the WebAssembly build fetches its networks, and Node fetches no files.
  const server = createServer((request, response) => {
    readFile(path.join(home, 'models', path.basename(request.url ?? ''))).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const { Human } = installed(path.join(home, 'dist', 'human.node-wasm.js')) as HumanModule;
  const off = { enabled: false };
  const human = new Human({
    backend: 'wasm',
    wasmPath: `${path.join(modules, '@tensorflow', 'tfjs-backend-wasm', 'dist')}/`,
    modelBasePath: `http://127.0.0.1:${port}/`,
    // Every picture is looked at: nothing is carried over from the one before.
    cacheSensitivity: 0,
    filter: off,
    face: {
      enabled: true,
      detector: { maxDetected: 20, rotation: true, skipFrames: 0, skipTime: 0 },
      mesh: { enabled: true },
      description: { enabled: true, skipFrames: 0, skipTime: 0 },
      iris: off,
      attention: off,
      emotion: off,
      antispoof: off,
      liveness: off,
    },
    body: off,
    hand: off,
    object: off,
    gesture: off,
    segmentation: off,
  });
  await human.load();
  return {
    backend: human.tf.getBackend(),
    async faces(rgb, width, height) {
      const tensor = human.tf.tensor3d(rgb, [height, width, 3], 'int32');
      try {
        const { face, error } = await human.detect(tensor);
        if (error) throw new Error(`human: ${error}`);
        return face.flatMap(({ box, embedding }) => (embedding ? [{ box, descriptor: embedding }] : []));
      } finally {
        tensor.dispose();
      }
    },
    alike: (a, b) => human.match.similarity(a, b),
    close: () => server.close(),
  };
}
