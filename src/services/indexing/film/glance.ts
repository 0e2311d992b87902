/** A first look at a film: its key frames only, so that its cast is known while the whole is still being watched. */
import { newId } from '../../../domain/ids.js';
import { total } from '../../../domain/intervals.js';
import type { Source } from '../../../media/sources/source.js';
import type { LookRecord } from '../../../store/records/coverage-record.js';
import type { WorkContext } from '../../progress.js';
import type { IndexRequest } from '../../requests/index-video.js';
import { indexed, type IndexedVideo } from '../describe-video.js';
import { askedRange } from '../looked-at.js';
import { newRunState } from '../watching/run-state.js';
import { watchRanges } from '../watching/watch-ranges.js';
import { commitWatched } from './commit-watched.js';
import type { FilmWork } from './film-work.js';
import { PIPELINE_VERSION, videoFile } from './video-rows.js';
import { whatBecame } from './while-watched.js';

/** Key frames looked at in a second of film, at most. */
export const GLANCE_FPS = 0.5;
/** A shorter film is watched whole before anybody asks, seconds. */
const FROM_S = 60;

/**
 * Looks at a film's key frames and commits what is seen, as a look so coarse that any other takes its place. Watching
 * it whole is still to be done. @returns null when the film is known, short, or asked for in part
 */
export async function glanceAt(
  file: Source<'file'>,
  request: IndexRequest,
  work: FilmWork,
): Promise<IndexedVideo | null> {
  const { context, signal, resources, options, examiner } = work;
  if (request.start_s !== undefined || request.end_s !== undefined) return null;
  const examined = await examiner.examine(file, signal);
  if (examined.probe.duration_s < (options.glance_from_s ?? FROM_S)) return null;
  const library = await resources.library();
  if (await library.videoByHash(examined.content_hash, signal)) return null;
  const { pack } = await resources.pipeline();
  const video = videoFile(examined, { run_id: newId('run'), source: request.source, pack: pack.id });
  const manner = { sample_fps: GLANCE_FPS, pipeline_version: PIPELINE_VERSION, force: false },
    asked = [askedRange(request)];
  const run = { tracks: [], state: newRunState(''), resumable: false };
  let pictures = 0;
  const counting: WorkContext = {
    onProgress: (progress) => {
      pictures += 1;
      context.onProgress?.({ ...progress, stage: 'looking at key frames' });
    },
  };
  try {
    const { cuts, ...counted } = await resources.tracer.span('watch', { video_id: video.video_id, ranges: 1 }, () =>
      watchRanges(file, video, asked, manner, run, { ...work, context: counting, library }, true),
    );
    // Of one that is still being written the whole look would be of another content than this.
    if ((await whatBecame(file, examined, examiner, signal)) !== null) {
      await library.dropRun(video.run_id);
      return null;
    }
    const seen_s = total(counted.decoded);
    // Key frames may be further apart than it would look at.
    const sample_fps = Math.min(GLANCE_FPS, Math.max(0.001, Number((pictures / Math.max(seen_s, 1)).toFixed(3))));
    const look: LookRecord = { ...manner, sample_fps, asked, ...counted };
    await commitWatched(video, { look, cuts, tracks: run.tracks }, { library, resources, signal });
    return await indexed(resources, video.video_id, false, [], signal);
  } catch (error) {
    await library.dropRun(video.run_id);
    throw error;
  }
}
