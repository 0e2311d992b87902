/** Faces in a picture that someone asks about, embedded; pictures seen lately are remembered. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { kept } from '../../domain/kept.js';
import { embeddedQuality } from '../../domain/faces/quality.js';
import { populationExcess } from '../../domain/scores/normalised-score.js';
import type { Box, Embedding, Face } from '../../domain/types.js';
import type { Opening } from '../../media/pictures/images.js';
import { Source } from '../../media/sources/source.js';
import type { EmbedOptions, FacePipeline, PackInfo } from '../../vision/pipeline.js';
import type { Picture } from '../allowed-sources.js';
import { noFace, stillIn } from './still-faces.js';
import { bestTurn, tellingTurn, type UprightFaces } from './upright.js';

/** A face of a query picture, embedded. */
export interface QueryFace {
  /** Pixels of the original picture. */
  box: Box;
  /** 0..1; 0 for a face that would have been gated. */
  quality: number;
  vector: Float32Array;
  population_excess: number;
}

export interface QueryPicture {
  /** From the left. */
  faces: QueryFace[];
  /** The one that a picture of one person is about. */
  main: QueryFace;
  /** Faces of a crowd that were not embedded: those beside the largest MOST_FACES. */
  left_out: number;
  /** How the picture was turned to be read, degrees clockwise: 0 but where it was clearly not upright. */
  turn: UprightFaces['turn'];
}

export interface PictureReader {
  /**
   * Loads a picture and embeds its faces.
   * @throws RollcallError no_face when there is none, and the errors of loadImage
   */
  read(source: Picture, signal?: AbortSignal): Promise<QueryPicture>;
  /** The same with half the embedding: without the mirror images of faces. */
  glimpse(source: Picture, signal?: AbortSignal): Promise<Glimpse>;
}

/** A picture whose faces were embedded without their mirror images. */
export interface Glimpse {
  picture: QueryPicture;
  /** As `read` gives it. */
  whole(): Promise<QueryPicture>;
}

/** Faces of one picture that are compared. */
const MOST_FACES = 20;
/** Pictures remembered, a few kB each: agents ask about the same one again and again. */
const REMEMBERED = 256;

export function createPictureReader(pipeline: () => Promise<FacePipeline>, opening: Opening = {}): PictureReader {
  const seen = new LRUCache<string, QueryPicture>({ max: REMEMBERED }),
    glimpsed = new LRUCache<string, QueryPicture>({ max: REMEMBERED });
  /** The picture's faces as they are embedded with and without mirror images; it is looked at once for both. */
  const reading = async (source: Picture, signal?: AbortSignal) => {
    const key = await contentKey(source);
    const found = kept(async () => stillIn(source, (await pipeline()).urgent, opening, signal));
    const turned = kept(async () => {
      const { pack, urgent } = await pipeline();
      const { image, main } = await found();
      return bestTurn(image, main, pack, urgent, signal);
    });
    const made = async (mirror: boolean): Promise<QueryPicture> => {
      const { image, faces, main } = await found();
      const embed = async (of: UprightFaces) => embedded(of, image.scale, await pipeline(), { mirror }, signal);
      const given = main ? await embed({ faces, main, turn: 0 }) : null;
      const other = await tellingTurn(given?.main.quality ?? null, turned);
      if (other) return embed(other);
      if (!given) throw noFace();
      return given;
    };
    const by = (known: typeof seen, mirror: boolean) => () => remember(known, key, () => made(mirror));
    return { whole: by(seen, true), glimpse: by(glimpsed, false) };
  };
  return {
    read: async (source, signal) => (await reading(source, signal)).whole(),
    async glimpse(source, signal) {
      const { glimpse, whole } = await reading(source, signal);
      return { picture: await glimpse(), whole };
    },
  };
}

/** @param key null for what is not to be remembered */
async function remember(
  known: LRUCache<string, QueryPicture>,
  key: string | null,
  make: () => Promise<QueryPicture>,
): Promise<QueryPicture> {
  const before = key === null ? undefined : known.get(key);
  if (before) return before;
  const made = await make();
  if (key !== null) known.set(key, made);
  return made;
}

/** Names a picture's content without reading it: null for what may change behind its name. */
async function contentKey(source: Picture): Promise<string | null> {
  const location = Source.locationOf(source);
  if (source.kind === 'url') return null;
  if (source.kind === 'data') return createHash('sha256').update(location).digest('hex');
  const info = await stat(location).catch(() => null);
  return info?.isFile() ? [location, info.ino, info.size, info.mtimeMs].join(' ') : null;
}

async function embedded(
  { faces, main, turn }: UprightFaces,
  scale: number,
  pipeline: FacePipeline,
  options: EmbedOptions,
  signal?: AbortSignal,
): Promise<QueryPicture> {
  // Whom the picture is about need not be among the largest.
  const compared = [main, ...faces.filter((f) => f !== main)].slice(0, MOST_FACES);
  const embeddings = await pipeline.urgent.embed(
    compared.map((f) => f.crop),
    signal,
    options,
  );
  const queried = compared.flatMap((f, i) => {
    const e = embeddings[i];
    if (!e) return [];
    return [{ face: f, ...embeddedFace(f, e, scale, pipeline.pack) }];
  });
  const used = queried.find((q) => q.face === main);
  if (!used) throw new Error('the pipeline gave no embedding for a crop');
  const left_out = faces.length - compared.length;
  return { faces: queried.sort((a, b) => a.box.x - b.box.x), main: used, left_out, turn };
}

/**
 * A face as it is compared.
 * @param face in pixels of the picture that was looked at
 * @param scale pixels of that picture ÷ pixels of the original
 */
export function embeddedFace(
  { box, quality }: Face,
  { vector, norm }: Embedding,
  scale: number,
  { norms, population }: PackInfo,
): QueryFace {
  return {
    box: { x: box.x / scale, y: box.y / scale, w: box.w / scale, h: box.h / scale },
    quality: embeddedQuality(quality, norm, norms),
    vector,
    population_excess: populationExcess(vector, population),
  };
}
