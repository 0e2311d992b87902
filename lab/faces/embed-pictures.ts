/**
 * Embeds the main face of many pictures; aligned crops are cached, because finding faces costs more than embedding
 * them.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CROP_SIDE, type Embedding } from '../../src/domain/types.js';
import { openImage } from '../../src/media/pictures/images.js';
import { findFaces, mainFace } from '../../src/services/pictures/still-faces.js';
import type { FacePipeline } from '../../src/vision/pipeline.js';
import { ownFile } from '../own-file.js';

/** The main face of a picture. */
export interface CroppedPicture {
  file: string;
  /** Null when no face was found. */
  crop: Uint8Array | null;
  /** 0..1; 0 for a face that indexing would gate. */
  quality: number;
}

export type EmbeddedPicture = Omit<CroppedPicture, 'crop'> & { embedding: Embedding | null };

const CROP_BYTES = CROP_SIDE * CROP_SIDE * 3;
const BATCH = 32;

/** All pictures below a folder, sorted. */
export async function listPictures(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile() && /\.(jpe?g|png|webp)$/i.test(e.name))
    .map((e) => path.join(e.parentPath, e.name))
    .sort();
}

/**
 * Crops the main face of every picture. The cache file is named after the pictures' names and `version`, and is
 * written once all are done.
 */
export async function cropPictures(
  files: readonly string[],
  pipeline: FacePipeline,
  options: { cacheDir: string; version: string; onProgress?(done: number): void; signal?: AbortSignal },
): Promise<CroppedPicture[]> {
  const key = createHash('sha256')
    .update(JSON.stringify([options.version, ...files]))
    .digest('hex')
    .slice(0, 16);
  const cache = path.join(options.cacheDir, `crops-${key}`);
  const cached = await readCache(cache, files).catch(() => null);
  if (cached) return cached;
  const pictures: CroppedPicture[] = [];
  for (const [i, file] of files.entries()) {
    options.signal?.throwIfAborted();
    const image = await openImage(await ownFile(file), {}, options.signal);
    const face = mainFace(await findFaces(image, pipeline, options.signal), image);
    pictures.push({ file, crop: face?.crop ?? null, quality: face?.quality ?? 0 });
    if (i % 100 === 99) options.onProgress?.(i + 1);
  }
  await mkdir(options.cacheDir, { recursive: true });
  await writeFile(`${cache}.part`, Buffer.concat(pictures.flatMap((p) => (p.crop ? [p.crop] : []))));
  await writeFile(
    `${cache}.json`,
    JSON.stringify(pictures.map((p) => ({ found: p.crop !== null, quality: p.quality }))),
  );
  await rename(`${cache}.part`, `${cache}.bin`);
  return pictures;
}

async function readCache(cache: string, files: readonly string[]): Promise<CroppedPicture[]> {
  const bytes = await readFile(`${cache}.bin`);
  const rows = JSON.parse(await readFile(`${cache}.json`, 'utf8')) as { found: boolean; quality: number }[];
  let at = 0;
  return rows.map((row, i) => ({
    file: files[i] as string,
    quality: row.quality,
    crop: row.found ? new Uint8Array(bytes.subarray(at, (at += CROP_BYTES))) : null,
  }));
}

/** Embeds cropped pictures with a pipeline's pack. */
export async function embedPictures(
  pictures: readonly CroppedPicture[],
  pipeline: FacePipeline,
  signal?: AbortSignal,
): Promise<EmbeddedPicture[]> {
  const found = pictures.filter((p): p is CroppedPicture & { crop: Uint8Array } => p.crop !== null);
  const embeddings = new Map<string, Embedding>();
  for (let at = 0; at < found.length; at += BATCH) {
    const batch = found.slice(at, at + BATCH);
    (
      await pipeline.embed(
        batch.map((p) => p.crop),
        signal,
      )
    ).forEach((e, i) => embeddings.set((batch[i] as CroppedPicture).file, e));
  }
  return pictures.map(({ file, quality }) => ({ file, quality, embedding: embeddings.get(file) ?? null }));
}
