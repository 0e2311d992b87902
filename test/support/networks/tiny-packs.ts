/** A models folder whose pack buffalo_l is of tiny networks, and a server that has them. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { arcfaceGraph, scrfdGraph } from './tiny-graphs.js';

const MODELS = path.join(import.meta.dirname, '..', '..', '..', 'models');
export const TINY_PACK = 'buffalo_l';
export const TINY_FILES: Readonly<Record<string, Uint8Array>> = {
  'det_10g.onnx': scrfdGraph({
    stride: 32,
    box: [0, 0, 2, 2],
    points: [0.6, 0.7, 1.4, 0.7, 1, 1.1, 0.7, 1.5, 1.3, 1.5],
  }),
  'w600k_r50.onnx': arcfaceGraph(),
};

/** Makes packs/ in that folder: buffalo_l with the hashes of the tiny networks. There are no weights. */
export async function tinyModels(folder: string): Promise<string> {
  await mkdir(path.join(folder, 'packs'), { recursive: true });
  let manifest = await readFile(path.join(MODELS, 'packs', `${TINY_PACK}.json`), 'utf8');
  for (const [file, bytes] of Object.entries(TINY_FILES))
    manifest = manifest.replace(
      new RegExp(`("file": "${file}",\\s+"sha256": ")[0-9a-f]{64}`),
      `$1${createHash('sha256').update(bytes).digest('hex')}`,
    );
  await writeFile(path.join(folder, 'packs', `${TINY_PACK}.json`), manifest);
  return folder;
}

/** Serves until the test ends. @returns its URL */
export async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror`;
}

/** Answers with the tiny networks. */
export const tinyFiles: RequestListener = (request, response) => {
  const bytes = TINY_FILES[path.basename(request.url ?? '')];
  if (bytes) response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  else response.writeHead(404).end();
};
