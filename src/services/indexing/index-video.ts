/** Videos in: from a path, a folder or a URL to what the library knows of each. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RollcallError } from '../../domain/errors.js';
import type { VideoAnswer } from '../answers/video.js';
import type { WorkContext } from '../progress.js';
import { checkIndexRequest, type IndexRequest } from '../requests/index-video.js';
import type { Resources } from '../resources.js';
import { describeVideo, type IndexedVideo } from './describe-video.js';
import { indexFile, type IndexFileOptions } from './index-file.js';
import { knownVideos, type KnownVideo } from './known-videos.js';

/** Of a video behind a URL. */
const DOWNLOAD = { maxBytes: 8e9, timeoutMs: 3_600_000 } as const;
/** Of a run that can be resumed: a kill loses no more than this of it. */
const CHECKPOINT_MS = 5000;

export type { IndexedVideo, IndexFileOptions, KnownVideo };

export interface IndexingService {
  /**
   * Indexes one video: what of it was not looked at yet, or less finely; all of it with `force`. Content that is known
   * as finely answers at once with `already_indexed`. Interrupting it (signal, or the end of the process) leaves
   * nothing half visible; calling again with the same request and `key` goes on where the work was left.
   */
  indexVideo(request: IndexRequest, context?: WorkContext): Promise<IndexedVideo>;
  /**
   * The same answers as indexVideo's, when it would find that all videos of the source are known: without decoding or
   * downloading, for callers that would have to wait for their turn. @returns null when there is something to do
   * @throws RollcallError `not_found` when there is no such file
   */
  knownVideos(request: IndexRequest, signal?: AbortSignal): Promise<KnownVideo[] | null>;
  /**
   * The videos that a source stands for: those inside a folder, sorted by name, else the source itself. `not_found`
   * when there is none.
   */
  expandSource(source: string, signal?: AbortSignal): Promise<string[]>;
  /**
   * Who is in a video, as the library knows it now (names and merges included). `unknown_id` when it is not, or no
   * longer, there.
   */
  describeVideo(video_id: string, signal?: AbortSignal): Promise<VideoAnswer>;
  /** Removes what interrupted work left on disk and nobody goes on with. */
  dropLeftovers(): Promise<void>;
}

/** Videos in. */
export function createIndexingService(
  resources: Resources,
  options: IndexFileOptions = { checkpoint_ms: CHECKPOINT_MS },
): IndexingService {
  const expandSource = async (source: string, signal = new AbortController().signal): Promise<string[]> => {
    const found = await resources.sources.video(source);
    if (!found.is('folder')) return [source];
    const { listVideos } = await import('../../media/files.js');
    const videos = await listVideos(found, signal);
    if (videos.length === 0)
      throw new RollcallError(
        'not_found',
        'There is no video in that folder.',
        'Give a folder that holds video files, or the path of one video.',
      );
    return videos;
  };
  return {
    async describeVideo(video_id, signal) {
      return describeVideo(resources, video_id, signal);
    },
    expandSource,
    async knownVideos(request, signal = new AbortController().signal) {
      checkIndexRequest(request);
      return knownVideos(await expandSource(request.source, signal), request, resources, signal);
    },
    async dropLeftovers() {
      await (await resources.library()).sweep();
    },
    async indexVideo(request, context = {}) {
      checkIndexRequest(request);
      const signal = context.signal ?? new AbortController().signal;
      const source = await resources.sources.video(request.source);
      if (source.is('file')) return indexFile(source, request, context, signal, resources, options);
      if (!source.is('url'))
        throw new RollcallError(
          'bad_argument',
          `${request.source} is a folder.`,
          'Name one video, or its folder as {source}.',
        );
      const { downloadVideo } = await import('../../media/files.js');
      const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-'));
      try {
        context.onProgress?.({ fraction: 0, stage: 'downloading', eta_s: null });
        return await indexFile(
          await downloadVideo(source, folder, DOWNLOAD, signal),
          request,
          context,
          signal,
          resources,
          options,
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
