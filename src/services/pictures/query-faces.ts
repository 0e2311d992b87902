/** Faces in a picture that someone asks about, embedded. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { embeddedQuality } from '../../domain/faces/quality.js';
import { populationExcess } from '../../domain/scores/normalised-score.js';
import { facesIn } from './find-faces.js';
import type { QueryPicture } from './query-picture.js';
import type { Resources } from '../resources.js';

/**
 * Loads a picture (path, https or data URL) and embeds its faces.
 * @throws RollcallError no_face when there is none, and the errors of loadImage
 */
export async function queryFaces(source: string, resources: Resources, signal?: AbortSignal): Promise<QueryPicture> {
  const key = await contentKey(source);
  const known = key === null ? undefined : resources.queries.get(key);
  if (known) return known;
  const picture = await lookAt(source, resources, signal);
  if (key !== null) resources.queries.set(key, picture);
  return picture;
}

/** Names a picture's content without reading it: null for what may change behind its name. */
async function contentKey(source: string): Promise<string | null> {
  if (/^https?:/i.test(source)) return null;
  if (/^data:/i.test(source)) return createHash('sha256').update(source).digest('hex');
  const info = await stat(source).catch(() => null);
  return info?.isFile() ? [source, info.ino, info.size, info.mtimeMs].join(' ') : null;
}

async function lookAt(source: string, resources: Resources, signal?: AbortSignal): Promise<QueryPicture> {
  const pipeline = await resources.pipeline();
  const { image, faces, main } = await facesIn(source, pipeline.urgent, signal);
  const embeddings = await pipeline.urgent.embed(
    faces.map((f) => f.crop),
    signal,
  );
  const queried = faces.flatMap((f, i) => {
    const e = embeddings[i];
    if (!e) return [];
    const box = {
      x: f.box.x / image.scale,
      y: f.box.y / image.scale,
      w: f.box.w / image.scale,
      h: f.box.h / image.scale,
    };
    return [
      {
        face: f,
        box,
        quality: embeddedQuality(f.quality, e.norm, pipeline.pack.norms),
        vector: e.vector,
        population_excess: populationExcess(e.vector, pipeline.pack.population),
      },
    ];
  });
  const used = queried.find((q) => q.face === main);
  if (!used) throw new Error('the pipeline gave no embedding for a crop');
  return { faces: queried.sort((a, b) => a.box.x - b.box.x), main: used };
}
