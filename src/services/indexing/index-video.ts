import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RollcallError } from '../../domain/errors.js';
import { scaleBox } from '../../domain/faces/box-at.js';
import { deriveId, newId } from '../../domain/ids.js';
import { roundSeconds } from '../../domain/seconds.js';
import { populationExcess } from '../../domain/scores/normalised-score.js';
import { CROP_SIDE, type Interval } from '../../domain/types.js';
import type { VideoProbe } from '../../media/probe.js';
import { Source } from '../../media/source.js';
import type { Library } from '../../store/api.js';
import type { CoverageRecord } from '../../store/records/coverage-record.js';
import type { TrackRow, VideoRow } from '../../store/rows.js';
import { coverageAnswer } from '../answers/coverage.js';
import type { VideoAnswer } from '../answers/video.js';
import { joinRule } from '../people/group-tracks.js';
import { joinVideo } from './join-video.js';
import type { WorkContext } from '../progress.js';
import { checkIndexRequest, type IndexRequest } from '../requests/index-video.js';
import type { Resources } from '../resources.js';
import { describeIdentity, readView } from '../library/library-view.js';
import { type FacesCounted, watchVideo, type WatchedTrack } from './watch-video.js';

/** Changes when the same video would give other tracks: then it is indexed again when asked for. */
export const PIPELINE_VERSION = '6';
/** Share of the work that watching is; the rest is clustering and committing. */
const WATCHING = 0.97;
/** Of a video behind a URL. */
const DOWNLOAD = { maxBytes: 8e9, timeoutMs: 3_600_000 } as const;

/** What came of indexing a video. Who is in it is asked of the library, by describeVideo. */
export interface IndexedVideo {
  video_id: string;
  /** Seconds. */
  duration_s: number;
  /** The same content was indexed before in the same way; nothing was done. */
  already_indexed: boolean;
  identities_total: number;
  coverage: CoverageRecord;
  warnings: string[];
}

export interface IndexingService {
  /**
   * Indexes one video. Content that is already indexed answers at once with `already_indexed`. Interrupting it (signal,
   * or the end of the process) leaves nothing half visible, and calling again with the same request does the work
   * again.
   */
  indexVideo(request: IndexRequest, context?: WorkContext): Promise<IndexedVideo>;
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
}

/** Videos in. */
export function createIndexingService(resources: Resources): IndexingService {
  return {
    async describeVideo(video_id, signal) {
      return describe(await resources.library(), video_id, signal);
    },
    async expandSource(source, signal) {
      const found = await resources.sources.video(source);
      if (!found.is('folder')) return [source];
      const { listVideos } = await import('../../media/files.js');
      const videos = await listVideos(found, signal ?? new AbortController().signal);
      if (videos.length === 0)
        throw new RollcallError(
          'not_found',
          'There is no video in that folder.',
          'Give a folder that holds video files, or the path of one video.',
        );
      return videos;
    },
    async indexVideo(request, context = {}) {
      checkIndexRequest(request);
      const signal = context.signal ?? new AbortController().signal;
      const source = await resources.sources.video(request.source);
      if (source.is('file')) return indexFile(source, request, context, signal, resources);
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
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function indexFile(
  file: Source<'file'>,
  request: IndexRequest,
  context: WorkContext,
  signal: AbortSignal,
  resources: Resources,
): Promise<IndexedVideo> {
  const { settings } = resources;
  const progress = (fraction: number, stage: string, eta_s: number | null = null) =>
    context.onProgress?.({ fraction, stage, eta_s });
  progress(0, 'probing');
  const { probeVideo } = await import('../../media/probe.js');
  const { contentHash } = await import('../../media/files.js');
  const tools = await resources.ffmpeg();
  const probe = await probeVideo(file, tools, signal);
  const hash = await contentHash(file, signal);
  const library = await resources.library();
  const pipeline = await resources.pipeline();
  const range = rangeOf(request);
  const sample_fps = request.sample_fps ?? settings.sampleFps;
  const known = await library.videoByHash(hash, signal);
  if (known && !request.force && sameLook(known, sample_fps, range))
    return indexed(library, known.video_id, true, movedWarning(known, request.source), signal);

  const { openFrames } = await import('../../media/frames.js');
  const video_id = deriveId('video', hash),
    run_id = newId('run');
  const whole: Interval = {
    start_s: Math.max(probe.start_s, range?.start_s ?? -Infinity),
    end_s: Math.min(probe.duration_s > 0 ? probe.start_s + probe.duration_s : Infinity, range?.end_s ?? Infinity),
  };
  if (!(whole.end_s > whole.start_s))
    throw new RollcallError(
      'bad_argument',
      `There is nothing between ${request.start_s ?? probe.start_s} s and ${request.end_s ?? 'the end'}: the video lasts from ${probe.start_s.toFixed(1)} to ${(probe.start_s + probe.duration_s).toFixed(1)} s.`,
      'Give start_s and end_s inside the video, start_s first.',
    );
  const frames = openFrames(
    file,
    { sampleFps: sample_fps, maxSide: settings.maxSide, range: range ?? undefined, probe, tools },
    signal,
  );
  const began = performance.now();
  const written: TrackRow[] = [];
  // Boxes are kept in pixels of the video, however large the pictures were that they were found in.
  const scale = { x: probe.width / frames.width, y: probe.height / frames.height };
  const { encodeJpeg } = await import('../../media/images.js');
  const seen = await watchVideo(frames, pipeline, {
    sampleFps: sample_fps,
    detectorSide: settings.detectorSide,
    range: whole,
    signal,
    onSample(time_s) {
      const done = (time_s - whole.start_s) / (whole.end_s - whole.start_s),
        elapsed = (performance.now() - began) / 1000;
      progress(
        WATCHING * Math.min(1, Math.max(0, done)),
        'watching',
        done > 0.02 ? (elapsed / done) * (1 - done) : null,
      );
    },
    async onTracks(tracks) {
      const rows = await Promise.all(
        tracks.map((t) => rowOf(t, { video_id, run_id, scale }, pipeline.pack, encodeJpeg)),
      );
      await library.stageTracks(rows, signal);
      for (const row of rows) written.push({ ...row, crops: [], boxes: [] });
    },
  });
  progress(WATCHING, 'grouping');
  const report = frames.report();
  const row = videoRow({
    request,
    probe,
    hash,
    video_id,
    run_id,
    sample_fps,
    range,
    seen,
    report,
    size_bytes: (await stat(Source.locationOf(file))).size,
    pack: pipeline.pack.id,
  });
  const calibration = await resources.calibration();
  await library.write(
    (writer) => joinVideo(library, writer, row, written, joinRule(calibration, 1.5 / sample_fps), pipeline, signal),
    signal,
  );
  progress(1, 'done', 0);
  return indexed(library, video_id, false, [], signal);
}

function rangeOf(request: IndexRequest): Interval | null {
  if (request.start_s === undefined && request.end_s === undefined) return null;
  return { start_s: request.start_s ?? -Infinity, end_s: request.end_s ?? Infinity };
}

function sameLook(known: VideoRow, sample_fps: number, range: Interval | null): boolean {
  return (
    known.sample_fps === sample_fps &&
    known.pipeline_version === PIPELINE_VERSION &&
    JSON.stringify(known.range) === JSON.stringify(finite(range))
  );
}

/** JSON has no infinities: an open side is stored as a number beyond any video. */
function finite(range: Interval | null): Interval | null {
  return range && { start_s: Math.max(range.start_s, -1e9), end_s: Math.min(range.end_s, 1e9) };
}

function movedWarning(known: VideoRow, source: string): string[] {
  return known.source === source ? [] : [`The same content was indexed as ${known.source}.`];
}

interface Parts {
  request: IndexRequest;
  probe: VideoProbe;
  hash: string;
  video_id: string;
  run_id: string;
  sample_fps: number;
  range: Interval | null;
  seen: FacesCounted;
  report: { decoded: Interval[]; endedEarly: string | null; cuts: number[] };
  size_bytes: number;
  pack: string;
}

function videoRow({
  request,
  probe,
  hash,
  video_id,
  run_id,
  sample_fps,
  range,
  seen,
  report,
  size_bytes,
  pack,
}: Parts): VideoRow {
  const coverage: CoverageRecord = {
    v: 1,
    video_id,
    source: request.source,
    decoded: report.decoded,
    sample_fps,
    ...seen,
    ended_early: report.endedEarly,
  };
  return {
    video_id,
    run_id,
    content_hash: hash,
    source: request.source,
    title: path.basename(request.source),
    size_bytes,
    duration_s: endOf(probe, report.decoded),
    start_s: probe.start_s,
    width: probe.width,
    height: probe.height,
    fps: probe.fps,
    sample_fps,
    pack,
    pipeline_version: PIPELINE_VERSION,
    range: finite(range),
    indexed_at: new Date().toISOString(),
    coverage,
    shots: report.cuts,
  };
}

/**
 * When a video ends on the timeline that its times are on, seconds: what the file promises, or what was decoded where
 * that is more or nothing is promised.
 */
export function endOf(probe: Pick<VideoProbe, 'start_s' | 'duration_s'>, decoded: readonly Interval[]): number {
  const promised_s = probe.duration_s > 0 ? probe.start_s + probe.duration_s : 0;
  return roundSeconds(Math.max(promised_s, decoded.at(-1)?.end_s ?? 0));
}

type Pack = Awaited<ReturnType<Resources['pipeline']>>['pack'];

async function rowOf(
  t: WatchedTrack,
  { video_id, run_id, scale }: { video_id: string; run_id: string; scale: { x: number; y: number } },
  pack: Pack,
  encodeJpeg: (image: { width: number; height: number; data: Uint8Array }, quality: number) => Promise<Uint8Array>,
): Promise<TrackRow> {
  const first = t.boxes[0];
  return {
    // Made from what was seen, so that indexing the same video again gives the same ids.
    track_id: deriveId(
      'track',
      video_id,
      t.start_s.toFixed(3),
      first ? [first.time_s, first.box.x, first.box.y].map((n) => n.toFixed(1)).join(' ') : '',
    ),
    video_id,
    run_id,
    shot: t.shot,
    start_s: t.start_s,
    end_s: t.end_s,
    presence: t.presence,
    samples: t.samples,
    embedded: t.embedded,
    quality: t.quality,
    population_excess: populationExcess(t.vector, pack.population),
    norm: t.norm,
    best_time_s: t.best_time_s,
    pack: pack.id,
    spread: t.spread,
    vector: t.vector,
    boxes: t.boxes.map(({ time_s, box }) => ({ time_s, box: scaleBox(box, scale) })),
    thumbnail: null,
    crops: await Promise.all(t.crops.map((data) => encodeJpeg({ width: CROP_SIDE, height: CROP_SIDE, data }, 92))),
  };
}

async function indexed(
  library: Library,
  video_id: string,
  already_indexed: boolean,
  warnings: string[],
  signal?: AbortSignal,
): Promise<IndexedVideo> {
  const { videos, people } = await readView(library, [video_id], signal);
  const { duration_s, coverage } = videos.get(video_id) as VideoRow;
  return {
    video_id,
    duration_s,
    already_indexed,
    identities_total: people.length,
    coverage,
    warnings: [...warnings, ...troubles(coverage)],
  };
}

async function describe(library: Library, video_id: string, signal?: AbortSignal): Promise<VideoAnswer> {
  const view = await readView(library, [video_id], signal);
  const video = view.videos.get(video_id) as VideoRow;
  const identities = view.people
    .map((p) => describeIdentity(view, p))
    .sort((a, b) => b.seconds_on_screen - a.seconds_on_screen);
  return {
    video_id,
    title: video.title,
    source: video.source,
    duration_s: video.duration_s,
    already_indexed: false,
    identities,
    identities_total: identities.length,
    coverage: [coverageAnswer(video.coverage)],
    warnings: troubles(video.coverage),
  };
}

/** What went wrong when the video was indexed, in words. */
function troubles({ ended_early, merge_refused }: CoverageRecord): string[] {
  return [
    ...(ended_early === null ? [] : [ended_early]),
    ...(merge_refused === undefined
      ? []
      : [
          `The faces in this video would have made one person of ${merge_refused} who are in the library. That looks like a mistake, so nobody was merged; look whether something makes everyone in the video look alike.`,
        ]),
  ];
}
