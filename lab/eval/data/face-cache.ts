/**
 * Embeds the main faces of pictures, keeping crops and vectors for the next run: the crops where `npm run pack:build`
 * keeps its own.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { embeddedQuality } from '../../../src/domain/faces/quality.js';
import { populationExcess } from '../../../src/domain/scores/normalised-score.js';
import type { Pack } from '../../../src/vision/packs/pack.js';
import type { FacePipeline } from '../../../src/vision/pipeline.js';
import { cropPictures, embedPictures, type EmbeddedPicture } from '../../faces/embed-pictures.js';
import { covered, type Cover } from './covers.js';
import { cohortSpread, type EvalFace } from './scored-faces.js';

export interface FaceSource {
  /** In order of the files; null where no face was found. @param cover drawn on every face before it is embedded */
  faces(files: readonly string[], cover?: Cover): Promise<(EvalFace | null)[]>;
  /** Pictures embedded now, and read from an earlier run. */
  readonly counts: { fresh: number; cached: number };
}

export interface FaceSourceOptions {
  cacheDir: string;
  pack: Pack;
  pipeline: () => Promise<FacePipeline>;
  onStep: (what: string) => void;
  signal: AbortSignal;
}

const rowsSchema = z.array(z.object({ quality: z.number(), norm: z.number().nullable() }));

/**
 * Vectors are kept under a name made of the pack's networks and the pictures' names: `--fresh` after changing how
 * pictures are looked at.
 */
export function createFaceSource({ cacheDir, pack, pipeline, onStep, signal }: FaceSourceOptions): FaceSource {
  const counts = { fresh: 0, cached: 0 };
  const version = pack.detector.weights.sha256;
  const networks = pack.embedders.map((e) => [e.weights.sha256, e.projection?.sha256, e.weight, e.input]);
  const embed = async (files: readonly string[], cover: Cover | undefined): Promise<EmbeddedPicture[]> => {
    const key = createHash('sha256')
      .update(JSON.stringify([version, networks, pack.flip, ...(cover ? [cover.name] : []), ...files]))
      .digest('hex')
      .slice(0, 16);
    const cache = path.join(cacheDir, `vectors-${key}`);
    const known = await readVectors(cache, files).catch(() => null);
    if (known) {
      counts.cached += files.length;
      return known;
    }
    const running = await pipeline();
    const bare = await cropPictures(files, running, {
      cacheDir,
      version,
      signal,
      onProgress: (done) => onStep(`${done} of ${files.length} faces`),
    });
    const cropped = cover ? bare.map((p) => ({ ...p, crop: p.crop && covered(p.crop, cover) })) : bare;
    onStep(`embedding ${files.length} faces`);
    const embedded = await embedPictures(cropped, running, signal);
    await writeVectors(cache, embedded);
    counts.fresh += files.length;
    return embedded;
  };
  // Several sections ask for the same pictures.
  const held = new Map<string, Promise<(EvalFace | null)[]>>();
  return {
    counts,
    async faces(files, cover) {
      if (files.length === 0) return [];
      const key = [cover?.name ?? '', ...files].join('\n');
      const faces = held.get(key) ?? scored(files, cover);
      held.set(key, faces);
      return faces;
    },
  };

  async function scored(files: readonly string[], cover: Cover | undefined): Promise<(EvalFace | null)[]> {
    const pictures = await embed(files, cover);
    const { pack: info } = await pipeline();
    return pictures.map(
      ({ file, quality, embedding }) =>
        embedding && {
          file,
          vector: embedding.vector,
          norm: embedding.norm,
          population_excess: populationExcess(embedding.vector, info.population),
          population_mean: populationExcess(embedding.vector, info.population && { ...info.population, floor: 0 }),
          cohort: cohortSpread(embedding.vector, info.population),
          quality: embeddedQuality(quality, embedding.norm, info.norms),
        },
    );
  }
}

async function writeVectors(cache: string, pictures: readonly EmbeddedPicture[]): Promise<void> {
  await mkdir(path.dirname(cache), { recursive: true });
  await writeFile(
    `${cache}.f32`,
    Buffer.concat(
      pictures.flatMap(({ embedding: e }) =>
        e ? [Buffer.from(e.vector.buffer, e.vector.byteOffset, e.vector.byteLength)] : [],
      ),
    ),
  );
  // Last, so that half a cache is none.
  await writeFile(
    `${cache}.json`,
    JSON.stringify(pictures.map(({ quality, embedding }) => ({ quality, norm: embedding?.norm ?? null }))),
  );
}

async function readVectors(cache: string, files: readonly string[]): Promise<EmbeddedPicture[]> {
  const rows = rowsSchema.parse(JSON.parse(await readFile(`${cache}.json`, 'utf8')));
  const all = new Float32Array(Uint8Array.from(await readFile(`${cache}.f32`)).buffer);
  const length = all.length / rows.filter(({ norm }) => norm !== null).length;
  let at = 0;
  return rows.map(({ quality, norm }, i) => ({
    file: files[i] ?? '',
    quality,
    embedding: norm === null ? null : { norm, vector: all.slice(at, (at += length)) },
  }));
}
