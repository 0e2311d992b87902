/** `@vladmandic/face-api`: its most exact detector (SSD), 68 landmarks, 128 numbers by dlib's ResNet. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Peer } from './peer.js';

interface Net {
  loadFromDisk(folder: string): Promise<void>;
}

interface Found {
  detection: { box: { x: number; y: number; width: number; height: number } };
  descriptor: Float32Array;
}

/** The part of the library that is used here. */
interface FaceApi {
  tf: {
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
    getBackend(): string;
    tensor3d(data: Uint8Array, shape: number[], type: 'int32'): { dispose(): void };
  };
  nets: { ssdMobilenetv1: Net; faceLandmark68Net: Net; faceRecognitionNet: Net };
  SsdMobilenetv1Options: new (options: { minConfidence: number; maxResults: number }) => object;
  detectAllFaces(
    tensor: unknown,
    options: object,
  ): { withFaceLandmarks(): { withFaceDescriptors(): Promise<Found[]> } };
}

/** @param folder where the peers are installed */
export async function openFaceApi(folder: string): Promise<Peer> {
  const installed = createRequire(path.join(folder, 'package.json'));
  const modules = path.join(folder, 'node_modules');
  const home = path.join(modules, '@vladmandic', 'face-api');
  const wasm = installed('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
  wasm.setWasmPaths(`${path.join(modules, '@tensorflow', 'tfjs-backend-wasm', 'dist')}/`);
  const api = installed(path.join(home, 'dist', 'face-api.node-wasm.js')) as FaceApi;
  await api.tf.setBackend('wasm');
  await api.tf.ready();
  for (const net of [api.nets.ssdMobilenetv1, api.nets.faceLandmark68Net, api.nets.faceRecognitionNet])
    await net.loadFromDisk(path.join(home, 'model'));
  const options = new api.SsdMobilenetv1Options({ minConfidence: 0.3, maxResults: 20 });
  return {
    backend: api.tf.getBackend(),
    async faces(rgb, width, height) {
      const tensor = api.tf.tensor3d(rgb, [height, width, 3], 'int32');
      try {
        const found = await api.detectAllFaces(tensor, options).withFaceLandmarks().withFaceDescriptors();
        return found.map(({ detection: { box }, descriptor }) => ({
          box: [box.x, box.y, box.width, box.height],
          descriptor: [...descriptor],
        }));
      } finally {
        tensor.dispose();
      }
    },
    alike: (a, b) => -Math.hypot(...a.map((x, i) => x - (b[i] ?? 0))),
    close: () => undefined,
  };
}
