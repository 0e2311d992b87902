/** Videos in: from a path, a folder or a URL to what the library knows of each. */
import { RollcallError } from '../../domain/errors/errors.js';
import { newId } from '../../domain/ids.js';
import type { Footage } from '../../media/sources/files.js';
import type { Source } from '../../media/sources/source.js';
import type { State } from '../../store/api.js';
import type { VideoAnswer } from '../answers/video.js';
import { perState } from '../kept-per-state.js';
import type { WorkContext } from '../progress.js';
import { checkIndexRequest, type IndexRequest } from '../requests/index-video.js';
import type { Resources } from '../resources.js';
import { describeVideo, type IndexedVideo } from './describe-video.js';
import { createFileExaminer } from './examine-file.js';
import type { FilmWork } from './film/film-work.js';
import { glanceAt } from './film/glance.js';
import { indexFile } from './film/index-file.js';
import { cutsForParts } from './film/parts.js';
import { type FolderNow, formerFilms, goneFiles } from './gone-files.js';
import { knownVideos, type KnownVideo } from './known-videos.js';
import { asPassedOver, noFootage, type PassedOver } from './passed-over.js';
import { indexPhotos, type PhotoAsked, type PhotoOutcome } from './photos/index-photos.js';
import type { IndexFileOptions } from './watching/watch-ranges.js';
import { whileDownloaded } from './while-downloaded.js';

/** Of a run that can be resumed: a kill loses no more than this of it. */
const CHECKPOINT_MS = 5000;

/** What a source stands for, and what of it is left out. */
export interface Expanded {
  files: string[];
  passedOver: PassedOver[];
}

export interface IndexingService {
  /**
   * Indexes one video: what of it was not looked at yet, or less finely; all of it with `force`. Content that is known
   * as finely answers at once with `already_indexed`. Interrupting it (signal, or the end of the process) leaves
   * nothing half visible; calling again with the same request and `key` goes on where the work was left.
   */
  indexVideo(request: IndexRequest, context?: WorkContext): Promise<IndexedVideo>;
  /**
   * A first look at a film of this machine: its key frames only, committed at once. @returns null when it is known,
   * short, asked for in part, a photo, or behind a URL
   */
  glance(request: IndexRequest, context?: WorkContext): Promise<IndexedVideo | null>;
  /**
   * Where a film of more than two parts of about `part_s` seconds is cut, so that each part can be asked for by itself,
   * in any order and at once. @returns none for any other, and for what is known
   */
  cutsForParts(request: IndexRequest, part_s: number, signal: AbortSignal): Promise<number[]>;
  /**
   * The same answers as indexVideo's, when it would find that all videos of the source are known: without decoding or
   * downloading, for callers that would have to wait for their turn; of a folder also what is wrong with pictures that
   * can't be read. @returns null when there is something to do
   * @throws RollcallError `not_found` when there is no such file
   */
  knownVideos(
    request: IndexRequest,
    signal?: AbortSignal,
  ): Promise<{ videos: KnownVideo[]; passedOver: PassedOver[] } | null>;
  /**
   * The videos and photos that a source stands for: those inside a folder, sorted by name, else the source itself.
   * `not_found` when there is none. Beside them what of a folder may be or hold footage and is not looked at, and why.
   */
  expandSource(source: string, signal?: AbortSignal): Promise<Expanded>;
  /**
   * What lies in the folder that a job worked off, and which files that were indexed no longer do; nothing of another
   * source, or of a missing folder. Looked at once for each job and state of the library, however often it is asked.
   */
  folderOf(job: { job_id: string; source: string }, signal?: AbortSignal): Promise<FolderNow>;
  /** Ids of films that were indexed from where those of a job lie now. Looked for as often as folders are. */
  formerOf(
    job: { job_id: string; videos: readonly { source: string; video_id: string | null }[] },
    signal?: AbortSignal,
  ): Promise<string[]>;
  /**
   * Indexes photos of a folder, all in one commit (see indexPhotos). Interrupting it leaves the library as it was.
   * @param beside all files of the folder: a photo that another took the place of may be one of them by now
   * @returns what came of each, in order
   */
  indexPhotos(
    sources: readonly string[],
    request: IndexRequest,
    context?: WorkContext,
    beside?: readonly string[],
  ): Promise<PhotoOutcome[]>;
  /**
   * Who is in a video, as the library knows it now (names and merges included). `unknown_id` when it is not, or no
   * longer, there.
   */
  describeVideo(video_id: string, signal?: AbortSignal): Promise<VideoAnswer>;
  /** Opens all that indexing takes. @throws RollcallError why this process can't index anything */
  checkFit(signal?: AbortSignal): Promise<void>;
  /** Removes what interrupted work left on disk and nobody goes on with. */
  dropLeftovers(): Promise<void>;
}

/** Videos in. */
export function createIndexingService(
  resources: Resources,
  options: IndexFileOptions = { checkpoint_ms: CHECKPOINT_MS },
): IndexingService {
  const examiner = createFileExaminer(resources),
    { tracer } = resources;
  const workIn = (context: WorkContext): FilmWork => ({
    context,
    signal: context.signal ?? new AbortController().signal,
    resources,
    options,
    examiner,
  });
  const footageOf = async (source: string, signal = new AbortController().signal): Promise<Footage> => {
    const found = await resources.sources.video(source);
    if (!found.is('folder')) return { files: [source], passedOver: [] };
    const { listFootage } = await import('../../media/sources/files.js');
    return listFootage(found, signal);
  };
  const expandSource = async (source: string, signal?: AbortSignal): Promise<Expanded> => {
    const { files, passedOver } = await footageOf(source, signal);
    if (files.length === 0) throw noFootage(passedOver);
    return { files, passedOver: passedOver.map(asPassedOver) };
  };
  /** A film of this machine; null for anything else. */
  const filmAt = async (given: string): Promise<Source<'file'> | null> => {
    const source = await resources.sources.video(given);
    const { isStill } = await import('../../media/pictures/images.js');
    return source.is('file') && !(await isStill(source)) ? source : null;
  };
  /** By job. */
  const foundAtState = perState(
    () => resources.library(),
    (state) => Promise.resolve({ state, folders: new Map<string, FolderNow>(), former: new Map<string, string[]>() }),
  );
  const lookInto = async (source: string, state: State, signal?: AbortSignal): Promise<FolderNow> => {
    const folder = await resources.sources.video(source).catch(() => null);
    if (!folder?.is('folder')) return { files: [], gone: [] };
    const { files } = await footageOf(source, signal);
    return { files, gone: await goneFiles(folder.shown, files, await state.videos(signal)) };
  };
  return {
    async describeVideo(video_id, signal) {
      return describeVideo(resources, video_id, signal);
    },
    expandSource,
    async folderOf({ job_id, source }, signal) {
      const { state, folders } = await foundAtState(signal);
      const known = folders.get(job_id) ?? (await lookInto(source, state, signal));
      folders.set(job_id, known);
      return known;
    },
    async formerOf({ job_id, videos }, signal) {
      const { state, former } = await foundAtState(signal);
      const known = former.get(job_id) ?? formerFilms(videos, await state.videos(signal));
      former.set(job_id, known);
      return known;
    },
    async knownVideos(request, signal = new AbortController().signal) {
      checkIndexRequest(request);
      const { files, passedOver } = await expandSource(request.source, signal);
      const videos = await knownVideos(files, request, resources, signal, examiner);
      return videos && { videos, passedOver };
    },
    async indexPhotos(sources, request, context = {}, beside = sources) {
      const { signal = new AbortController().signal } = context;
      const asked = sources.map((source) => ({ source }));
      return tracer.span('photos', { photos: asked.length }, () =>
        indexPhotos(asked, request, context, signal, resources, beside),
      );
    },
    async glance(request, context = {}) {
      const film = await filmAt(request.source);
      return film && tracer.span('glance', {}, () => glanceAt(film, request, workIn(context)));
    },
    async cutsForParts(request, part_s, signal) {
      checkIndexRequest(request);
      const film = await filmAt(request.source);
      if (!film || (await knownVideos([request.source], request, resources, signal, examiner))) return [];
      return cutsForParts(film, request, part_s, { resources, examiner, signal });
    },
    async checkFit(signal) {
      await (await resources.library()).video(newId('video'), signal); // not there, but looked for
      await Promise.all([resources.pipeline(), resources.ffmpeg()]);
    },
    async dropLeftovers() {
      await (await resources.library()).sweep();
    },
    indexVideo: (request, context = {}) =>
      tracer.span('film', {}, async (span) => {
        const found = await indexVideo(request, context);
        span.add({ video_id: found.video_id, is_known: found.already_indexed });
        return found;
      }),
  };

  async function indexVideo(request: IndexRequest, context: WorkContext): Promise<IndexedVideo> {
    checkIndexRequest(request);
    const signal = context.signal ?? new AbortController().signal;
    const source = await resources.sources.video(request.source);
    const { isStill } = await import('../../media/pictures/images.js');
    const index = async (file: Source<'file'>): Promise<IndexedVideo> =>
      (await isStill(file))
        ? indexPhoto({ source: request.source, file }, request, context, signal, resources)
        : indexFile(file, request, workIn(context));
    if (source.is('file')) return index(source);
    if (!source.is('url'))
      throw new RollcallError(
        'bad_argument',
        `${request.source} is a folder.`,
        'Name one video, or its folder as {source}.',
      );
    return whileDownloaded(source, index, context, signal);
  }
}

/** One photo by itself. @throws RollcallError whatever is wrong with it */
async function indexPhoto(
  photo: PhotoAsked,
  request: IndexRequest,
  context: WorkContext,
  signal: AbortSignal,
  resources: Resources,
): Promise<IndexedVideo> {
  const [outcome] = await indexPhotos([photo], request, context, signal, resources);
  if (!outcome) throw new Error('nothing came of a photo');
  if ('error' in outcome) throw outcome.error;
  const { source: _, ...video } = outcome;
  const isTimed = request.start_s !== undefined || request.end_s !== undefined;
  return isTimed ? { ...video, warnings: ['A photo has no time: all of it was looked at.', ...video.warnings] } : video;
}
