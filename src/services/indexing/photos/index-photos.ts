/** Indexes photos: many at once, in one commit, since each commit costs far more than a picture. */
import { setImmediate as breathe } from 'node:timers/promises';
import { embeddedQuality } from '../../../domain/faces/quality.js';
import { turnedBack } from '../../../domain/faces/turned.js';
import { overlapOf } from '../../../domain/people/co-visibility.js';
import { newId } from '../../../domain/ids.js';
import { asRollcallError, type RollcallError } from '../../../domain/errors/errors.js';
import type { DecodedPhoto } from '../../../media/pictures/images.js';
import type { Source } from '../../../media/sources/source.js';
import type { Library } from '../../../store/api.js';
import type { TrackRow, VideoRow } from '../../../store/rows.js';
import type { FacePipeline } from '../../../vision/pipeline.js';
import { joinRule } from '../../grouping/group-tracks.js';
import { likelyTurns } from '../../pictures/likely-turns.js';
import { allFaces, mainFace, type StillFace } from '../../pictures/still-faces.js';
import { isDoubtful, isGain, turnedImage } from '../../pictures/upright.js';
import { countProgress, type WorkContext } from '../../progress.js';
import type { IndexRequest } from '../../requests/index-video.js';
import { type Resources, sandboxOf } from '../../resources.js';
import { describer, type IndexedVideo } from '../describe-video.js';
import { joinVideos } from '../join-video.js';
import { lookBeside } from './look-beside.js';
import { type NamedPhoto, photoNamer } from './photo-names.js';
import { photoRow, photoTrack, type SeenInPhoto } from './photo-rows.js';
import { stagedTrack } from '../track-successors.js';

/** Photos of a folder that are looked at between two commits: a kill costs no more than these. */
export const PHOTOS_AT_ONCE = 100;
/** Long side that larger photos are scaled down to, pixels: the faces of a group stay large enough. */
export const PHOTO_LIMITS = { maxSide: 2560 } as const;

/** A photo that is asked for. */
export interface PhotoAsked {
  /** What it is called in the library: its path, or the address it came from. */
  source: string;
  /** Where it lies, where that was found out before. */
  file?: Source<'file'>;
}

/** What came of one photo. */
export type PhotoOutcome = { source: string } & (IndexedVideo | { error: RollcallError });

type Prepared =
  | { error: RollcallError }
  | Exclude<NamedPhoto, { is: 'new' }>
  | (Extract<NamedPhoto, { is: 'new' }> & { decoded: DecodedPhoto });

/**
 * Looks at photos and commits all of them at once. One whose content is known is not looked at again, unless it is
 * forced. What is wrong with one is told of it, and the others go on.
 * @param beside files among which one that another took the place of may lie
 */
export async function indexPhotos(
  asked: readonly PhotoAsked[],
  { force = false }: Pick<IndexRequest, 'force'>,
  { onProgress }: Pick<WorkContext, 'onProgress'>,
  signal: AbortSignal,
  resources: Resources,
  beside: readonly string[] = [],
): Promise<PhotoOutcome[]> {
  const [library, pipeline] = [await resources.library(), await resources.pipeline()];
  const run_id = newId('run');
  const { openPhoto } = await import('../../../media/pictures/images.js');
  const limits = { ...PHOTO_LIMITS, findSandbox: sandboxOf(resources) };
  const open = async ({ source, file }: PhotoAsked) =>
    openPhoto(file ?? (await resources.sources.file(source)), limits, signal);
  const isThere = async (row: VideoRow): Promise<boolean> =>
    (await open(row).catch(() => null))?.content_hash === row.content_hash;
  const name = photoNamer(await library.videos(signal), run_id, force, isThere, lookBeside(beside, resources, signal));
  // A copy of a picture that can't be read is not known because of it.
  const failed = new Map<string, unknown>();
  const prepare = async (photo: PhotoAsked): Promise<Prepared> => {
    try {
      const opened = await open(photo);
      const named = await name(photo.source, opened);
      if (named.is === 'known' && failed.has(named.video_id)) throw failed.get(named.video_id);
      if (named.is !== 'new') return named;
      try {
        return { ...named, decoded: await opened.decode() };
      } catch (error) {
        failed.set(named.photo.video_id, error);
        throw error;
      }
    } catch (error) {
      signal.throwIfAborted();
      return { error: asRollcallError(error) };
    }
  };

  const tell = countProgress(onProgress, asked.length, asked.length === 1 ? 'photo' : 'photos');
  const rows: VideoRow[] = [],
    tracks: TrackRow[] = [],
    moved: VideoRow[] = [];
  const outcomes: ({ source: string } & ({ error: RollcallError } | Told))[] = [];
  // The next one is read and decoded while the networks look at this one; never more than these two.
  let next = asked[0] && prepare(asked[0]);
  for (const [i, { source }] of asked.entries()) {
    const prepared = await next;
    signal.throwIfAborted();
    const following = asked[i + 1];
    next = following && prepare(following);
    next?.catch(() => undefined); // reported where it is awaited
    if (!prepared) continue;
    if ('error' in prepared) outcomes.push({ source, error: prepared.error });
    else if (prepared.is === 'new') {
      const { photo, decoded } = prepared;
      const seen = await lookAt(decoded, pipeline, signal);
      tracks.push(...seen.kept.map((face) => photoTrack(face, photo, decoded.image.scale, pipeline.pack)));
      rows.push(photoRow(photo, decoded, seen, pipeline.pack.id));
      outcomes.push({ source, video_id: photo.video_id, already_indexed: false, warnings: [] });
    } else if (prepared.is === 'moved') {
      moved.push(prepared.row);
      outcomes.push({ source, video_id: prepared.row.video_id, already_indexed: true, warnings: [] });
    } else outcomes.push({ source, ...prepared, already_indexed: true });
    tell(i + 1);
    // Those that are known would follow each other without a break.
    await breathe();
  }
  if (rows.length + moved.length > 0) await commit(rows, tracks, moved, library, resources, signal);
  const told = outcomes.flatMap((o) => ('error' in o ? [] : [o.video_id]));
  const describe = await describer(resources, told, signal);
  return outcomes.map((o) => ('error' in o ? o : { source: o.source, ...describe(o) }));
}

type Told = Pick<IndexedVideo, 'video_id' | 'already_indexed' | 'warnings'>;

/**
 * The faces of a photo; of one that may be a scan on its side or head, as it was turned where its faces are told by
 * that. Where there is nothing like a face nothing is turned: most such photos show none.
 */
async function lookAt({ image }: DecodedPhoto, pipeline: FacePipeline, signal: AbortSignal): Promise<SeenInPhoto> {
  const faces = await allFaces(image, pipeline, signal),
    given = await keptOf(faces, pipeline, signal);
  const quality = bestOf(given, pipeline.pack),
    main = mainFace(faces, image);
  if (!isDoubtful(quality) || !main) return given;
  for (const turn of await likelyTurns(image, main, pipeline.pack, pipeline, signal)) {
    const seen = await keptOf(await allFaces(turnedImage(image, turn), pipeline, signal), pipeline, signal);
    if (isGain(bestOf(seen, pipeline.pack) ?? 0, quality))
      return { ...seen, kept: seen.kept.map((k) => ({ ...k, face: turnedBack(k.face, turn, image) })) };
  }
  return given;
}

/** Quality of the best face; null for none. */
function bestOf({ kept }: SeenInPhoto, { norms }: FacePipeline['pack']): number | null {
  const qualities = kept.map(({ face, embedding }) => embeddedQuality(face.quality, embedding.norm, norms));
  return qualities.length > 0 ? Math.max(...qualities) : null;
}

/** Embeds the faces that are good enough. */
async function keptOf(faces: readonly StillFace[], pipeline: FacePipeline, signal: AbortSignal): Promise<SeenInPhoto> {
  const gated: Record<string, number> = {};
  const count = (reason: string): void => {
    gated[reason] = (gated[reason] ?? 0) + 1;
  };
  for (const { gated: reason } of faces) if (reason) count(reason);
  const good = faces.filter((face) => !face.gated);
  const embeddings = await pipeline.embed(
    good.map(({ crop }) => crop),
    signal,
  );
  const { encodeCrop } = await import('../../../media/pictures/images.js');
  const kept: SeenInPhoto['kept'] = [];
  for (const [i, face] of good.entries()) {
    const embedding = embeddings[i];
    if (!embedding) continue;
    if (embedding.norm < pipeline.pack.norms.least) count('low_norm');
    else kept.push({ face, embedding, crop: await encodeCrop(face.crop) });
  }
  return { kept, gated };
}

async function commit(
  rows: readonly VideoRow[],
  tracks: readonly TrackRow[],
  moved: readonly VideoRow[],
  library: Library,
  resources: Resources,
  signal: AbortSignal,
): Promise<void> {
  const rule = joinRule(
    await resources.calibration(),
    overlapOf([{ sample_fps: resources.settings.sampleFps }]),
    resources.settings,
  );
  const pipeline = await resources.pipeline();
  const { tracer } = resources,
    run_id = tracks[0]?.run_id;
  try {
    await library.stageTracks(tracks, signal);
    const facts = { photos: rows.length, tracks: tracks.length };
    await tracer.span('commit', facts, () =>
      library.write(async (writer) => {
        if (moved.length > 0) await writer.putVideos(moved);
        if (rows.length > 0)
          await tracer.span('join', facts, () =>
            joinVideos(rows, { library, writer, rows: tracks.map(stagedTrack), rule, compare: pipeline, signal }),
          );
      }, signal),
    );
  } catch (error) {
    if (run_id !== undefined) await library.dropRun(run_id);
    throw error;
  }
}
