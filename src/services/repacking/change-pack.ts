/** Changes the model pack of a library: new vectors from the stored faces, all else as it was. */
import path from 'node:path';
import type { Logger } from 'pino';
import { readLibraryKey } from '../../config/library-key.js';
import { libraryAt, type Settings } from '../../config/settings.js';
import { cancelled, RollcallError } from '../../domain/errors/errors.js';
import { MIRRORED_CROPS, poolTrack, type EmbeddedCrop } from '../../domain/tracks/track-pooling.js';
import { populationExcess } from '../../domain/scores/normalised-score.js';
import type { Library, LibraryIdentity, NewVector } from '../../store/api.js';
import { type Head, readHead, sameVectors } from '../../store/head/head.js';
import type { TrackSummary } from '../../store/rows.js';
import type { ChangePackJobRecord } from '../../store/records/job-record.js';
import type { FacePipeline, PackInfo } from '../../vision/pipeline.js';
import { countProgress, type WorkContext } from '../progress.js';
import type { ChangePackRequest } from '../requests/change-pack.js';
import { ownNetworkFolders } from '../resources.js';

/** `scores`: only what depends on the population was made anew. */
export type PackChange = NonNullable<ChangePackJobRecord['done']>;

export interface RepackingService {
  /**
   * Whole or not at all: until the end the library is what it was, for readers too. Ids, names, edits and who belongs
   * to whom stay. @throws RollcallError not_found where there is no library, missing_model, busy, cancelled
   */
  changePack(request: ChangePackRequest, context: WorkContext): Promise<PackChange>;
}

/** Tracks whose crops are embedded at once. */
const BATCH = 8;
/** Tracks may be added while others are embedded: those are done in another round, of at most so many. */
const ROUNDS = 5;

export function createRepackingService(settings: Settings, logger: Logger): RepackingService {
  return {
    async changePack({ pack: packId }, context) {
      const { signal } = context;
      const { home: localHome, modelsDir, threads } = settings;
      const home = libraryAt(settings);
      const head = await readHead(home);
      if (head === null) throw new RollcallError('not_found', 'There is no library yet.', 'Set the pack, and index.');
      const [{ openPrepared }, { openLibrary }] = await Promise.all([
        import('../../weights/open-prepared.js'),
        import('../../store/library.js'),
      ]);
      const ownFolders = ownNetworkFolders(settings);
      const pipeline = await openPrepared({ modelsDir, packId, threads, ownFolders }, logger, signal);
      try {
        const how = await needed(head, pipeline.pack, settings);
        const done: PackChange = { from: head.pack, to: packId, tracks: 0, how };
        if (how === 'nothing') return done;
        const key = await readLibraryKey(settings);
        const { pack, dimensions, vectors, population } = head;
        const library = await openLibrary({ home, localHome, pack, dimensions, vectors, population, key, logger });
        try {
          const made = new Map<string, NewVector>();
          for (let round = 1; ; round++) {
            await makeVectors(library, pipeline, how, made, context);
            try {
              await library.changePack(identityOf(pipeline.pack), made, signal);
              return { ...done, tracks: made.size };
            } catch (error) {
              if (!(error instanceof RollcallError) || error.code !== 'busy' || round === ROUNDS) throw error;
            }
          }
        } finally {
          await library.close();
        }
      } finally {
        await pipeline.close();
      }
    },
  };
}

/** What must be made anew for a library to be of that pack. */
async function needed(head: Head, pack: PackInfo, settings: Settings): Promise<PackChange['how']> {
  const { vectors, population } = pack.fingerprint;
  if (sameVectors(head, { dimensions: pack.dimensions, vectors, population })) return 'nothing';
  if (head.pack === pack.id && (head.vectors ?? vectors) === vectors) return 'nothing';
  const own = head.vectors ?? (await vectorsOf(head.pack, settings));
  return own === vectors && head.dimensions === pack.dimensions ? 'scores' : 'vectors';
}

/** Of a library from before there were fingerprints: those of the pack of that name; null where there is none. */
async function vectorsOf(packId: string, { modelsDir }: Settings): Promise<string | null> {
  const [{ loadPack }, { packFingerprint }] = await Promise.all([
    import('../../vision/packs/pack.js'),
    import('../../vision/packs/fingerprint.js'),
  ]);
  return loadPack(path.resolve(modelsDir), packId).then(
    (pack) => packFingerprint(pack).vectors,
    () => null,
  );
}

function identityOf({ id, dimensions, fingerprint }: PackInfo): LibraryIdentity {
  return { pack: id, dimensions, vectors: fingerprint.vectors, population: fingerprint.population };
}

/** Adds what is not in `made` yet. */
async function makeVectors(
  library: Library,
  pipeline: FacePipeline,
  how: PackChange['how'],
  made: Map<string, NewVector>,
  { signal, onProgress }: WorkContext,
): Promise<void> {
  for (const { reference_id, crop, vector } of await library.references(signal)) {
    if (made.has(reference_id)) continue;
    const one = how === 'scores' ? { vector, norm: 0, spread: 0 } : await embeddedOf([crop], pipeline, 1, signal);
    made.set(reference_id, { ...one, population_excess: populationExcess(one.vector, pipeline.pack.population) });
  }
  const lacking = (await library.tracks({}, signal)).filter((t) => !made.has(t.track_id));
  const progress = countProgress(onProgress, lacking.length, 'tracks');
  const { population } = pipeline.pack;
  for (let at = 0; at < lacking.length; at += BATCH) {
    if (signal?.aborted) throw cancelled(signal.reason);
    const tracks = lacking.slice(at, at + BATCH);
    const remade =
      how === 'scores' ? await asTheyAre(library, tracks, signal) : await embedded(library, pipeline, tracks, signal);
    for (const [track_id, one] of remade)
      made.set(track_id, { ...one, population_excess: populationExcess(one.vector, population) });
    progress(Math.min(lacking.length, at + BATCH));
  }
}

type Remade = Map<string, Omit<NewVector, 'population_excess'>>;

async function asTheyAre(library: Library, tracks: readonly TrackSummary[], signal?: AbortSignal): Promise<Remade> {
  const { ids, data } = await library.vectors({ track_ids: tracks.map((t) => t.track_id) }, signal);
  const d = library.dimensions;
  const byId = new Map(ids.map((id, i) => [id, data.slice(i * d, (i + 1) * d)]));
  return new Map(
    tracks.flatMap(({ track_id, norm, spread }) => {
      const vector = byId.get(track_id);
      return vector ? [[track_id, { vector, norm, spread }] as const] : [];
    }),
  );
}

/** @throws RollcallError not_found for a track without crops */
async function embedded(
  library: Library,
  pipeline: FacePipeline,
  tracks: readonly TrackSummary[],
  signal?: AbortSignal,
): Promise<Remade> {
  const remade: Remade = new Map();
  for (const { track_id, quality } of tracks) {
    const { crops } = await library.pictures(track_id, signal);
    if (crops.length === 0)
      throw new RollcallError(
        'not_found',
        `Track ${track_id} has no stored face to make a vector of.`,
        'Index its video with the new pack in another home folder.',
      );
    remade.set(track_id, await embeddedOf(crops, pipeline, quality, signal));
  }
  return remade;
}

/**
 * One vector of JPEG crops. Those of a track are stored best first, all that it was embedded from, but not how good
 * each is: they count alike.
 */
async function embeddedOf(
  crops: readonly Uint8Array[],
  pipeline: FacePipeline,
  quality: number,
  signal?: AbortSignal,
): Promise<Omit<NewVector, 'population_excess'>> {
  const { decodeJpeg } = await import('../../media/pictures/images.js');
  const pixels = await Promise.all(crops.map(async (jpeg) => (await decodeJpeg(jpeg)).data));
  const found = await pipeline.embed(pixels, signal, { mirror: crops.length <= MIRRORED_CROPS });
  const all = found.map((e): EmbeddedCrop => ({ ...e, time_s: 0, quality }));
  const usable = all.filter((c) => c.norm >= pipeline.pack.norms.least);
  const used = usable.length > 0 ? usable : all;
  return { ...poolTrack(used), norm: used.reduce((sum, c) => sum + c.norm, 0) / used.length };
}
