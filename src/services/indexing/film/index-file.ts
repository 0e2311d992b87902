/** Indexes one video file: what was not looked at yet is watched, and joins the library in one step. */
import type { Settings } from '../../../config/settings.js';
import { PassingError, RollcallError } from '../../../domain/errors/errors.js';
import { deriveId, newId } from '../../../domain/ids.js';
import { clip } from '../../../domain/intervals.js';
import type { Source } from '../../../media/sources/source.js';
import type { Library } from '../../../store/api.js';
import type { LookRecord } from '../../../store/records/coverage-record.js';
import type { IndexRequest } from '../../requests/index-video.js';
import { indexed, type IndexedVideo } from '../describe-video.js';
import { askedRange, looksOf, type Manner, missing, movedWarning, whatChanges } from '../looked-at.js';
import { hasMoved, movedTo } from '../moved.js';
import { newRunState, readRunState } from '../watching/run-state.js';
import { type Run, spanOf, WATCHING, watchRanges } from '../watching/watch-ranges.js';
import { commitWatched } from './commit-watched.js';
import type { FilmWork } from './film-work.js';
import { GLANCE_FPS } from './glance.js';
import { noteTurned, turnedWords } from './turned-film.js';
import { PIPELINE_VERSION, videoFile } from './video-rows.js';
import { whatBecame, withGrowth } from './while-watched.js';

/** How a request looks at a video. */
export function mannerOf(request: IndexRequest, { sampleFps }: Pick<Settings, 'sampleFps'>): Manner {
  return {
    sample_fps: request.sample_fps ?? sampleFps,
    pipeline_version: PIPELINE_VERSION,
    force: request.force ?? false,
  };
}

/** @param work can be resumed where its context has a `key`: called again with it, it goes on where it was left */
export async function indexFile(file: Source<'file'>, request: IndexRequest, work: FilmWork): Promise<IndexedVideo> {
  const { context, signal, resources, examiner } = work;
  const { settings, tracer } = resources;
  context.onProgress?.({ fraction: 0, stage: 'probing', eta_s: null });
  const examined = await tracer.span('probe', {}, () => examiner.examine(file, signal));
  const { probe, content_hash } = examined;
  const library = await resources.library();
  const { pack } = await resources.pipeline();
  const manner = mannerOf(request, settings),
    asked = askedRange(request),
    span = spanOf(probe);
  if (clip([asked], span).length === 0)
    throw new RollcallError(
      'bad_argument',
      `There is nothing between ${request.start_s ?? probe.start_s} s and ${request.end_s ?? 'the end'}: the video lasts from ${probe.start_s.toFixed(1)} to ${(probe.start_s + probe.duration_s).toFixed(1)} s.`,
      'Give start_s and end_s inside the video, start_s first.',
    );
  const known = await library.videoByHash(content_hash, signal);
  // Parts of a film are watched at once, and each is committed by itself.
  const part = context.isPart ? [`from ${request.start_s ?? probe.start_s}`] : [];
  const run_id =
    context.key === undefined ? newId('run') : deriveId('run', context.key, request.source, content_hash, ...part);
  const looks = known ? looksOf(known) : [];
  // A run that was committed the moment its process died is not done again.
  const committed = known?.run_id === run_id;
  const ranges = committed ? [] : missing(looks, asked, manner, span);
  if (known && ranges.length === 0) {
    const warnings = [...movedWarning(known, request.source), ...whatChanges(looks, asked, { ...manner, asked: [] })];
    if (await hasMoved(known, request.source, resources))
      await library.write((writer) => writer.putVideos([movedTo(known, request.source)]), signal);
    if (context.afterParts) await noteTurned(file, known, probe, resources, signal);
    return indexed(resources, known.video_id, !committed, warnings, signal);
  }
  const video = videoFile(examined, { run_id, source: request.source, pack: pack.id, video_id: known?.video_id });
  const task = JSON.stringify([manner, ranges, settings.detectorSide, settings.maxSide, pack.fingerprint.vectors]);
  const run = await openRun(library, video.run_id, task, context.key, signal);
  try {
    const { video_id } = video;
    const watched = await tracer.span('watch', { video_id, ranges: ranges.length }, async (span) => {
      const seen = await watchRanges(file, video, ranges, manner, run, { ...work, library });
      span.add({ faces: seen.faces_seen, tracks: run.tracks.length });
      return seen;
    });
    context.onProgress?.({ fraction: WATCHING, stage: 'grouping', eta_s: null });
    const { sample_fps, pipeline_version } = manner;
    const { cuts, ...counted } = withGrowth(watched, await whatBecame(file, examined, examiner, signal));
    const seen = { ...counted, tracks: run.tracks };
    const turned = context.isPart ? null : await turnedWords(file, seen, probe, resources, signal);
    const notes = turned === null ? {} : { notes: [turned] };
    const fresh: LookRecord = { sample_fps, pipeline_version, asked: ranges, ...counted, ...notes };
    await context.joinAfter;
    signal.throwIfAborted();
    const now = await library.videoByHash(content_hash, signal);
    if (now && now.run_id !== known?.run_id && missing(looksOf(now), asked, manner, span).length === 0) {
      // A copy of the film was watched beside it, and came first.
      await library.dropRun(run_id);
      return await indexFile(file, request, work);
    }
    await commitWatched(video, { look: fresh, cuts, tracks: run.tracks }, { library, resources, signal });
    context.onProgress?.({ fraction: 1, stage: 'done', eta_s: 0 });
    // That the film is watched whole after a glance is what was asked for.
    const isNoGlance = (look: LookRecord) => !request.quick || look.sample_fps > GLANCE_FPS;
    return await indexed(resources, video.video_id, false, whatChanges(looks.filter(isNoGlance), asked, fresh), signal);
  } catch (error) {
    // Whoever interrupts the work may want to go on with it; what failed would fail again.
    const isToGoOn = signal.aborted || error instanceof PassingError;
    await (isToGoOn ? library.leaveRun(run_id) : library.dropRun(run_id));
    throw error;
  }
}

async function openRun(
  library: Library,
  run_id: string,
  task: string,
  key: string | undefined,
  signal: AbortSignal,
): Promise<Run> {
  const anew = (): Run => ({ tracks: [], state: newRunState(task), resumable: key !== undefined });
  if (key === undefined) return anew();
  const left = await library.resumeRun(run_id, key, signal);
  if (!left) return anew();
  const state = readRunState(left.state, task);
  if (state) return { tracks: left.tracks, state, resumable: true };
  await library.dropRun(run_id);
  await library.resumeRun(run_id, key, signal);
  return anew();
}
