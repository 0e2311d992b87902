/** The rows that a video and its tracks are stored as. */
import { scaleBox } from '../../../domain/faces/geometry.js';
import { deriveId } from '../../../domain/ids.js';
import { populationExcess } from '../../../domain/scores/normalised-score.js';
import { roundSeconds } from '../../../domain/seconds.js';
import type { Interval } from '../../../domain/types.js';
import type { VideoProbe } from '../../../media/film/probe.js';
import type { LookRecord } from '../../../store/records/coverage-record.js';
import type { TrackRow, VideoRow } from '../../../store/rows.js';
import type { PackInfo } from '../../../vision/pipeline.js';
import type { ExaminedFile } from '../examine-file.js';
import { coverageOf, rangeOf } from '../looked-at.js';
import { titleOf } from '../title-of.js';
import type { WatchedTrack } from '../watching/watch-video.js';

/** Changes when the same video would give other tracks: then it is indexed again when asked for. */
export const PIPELINE_VERSION = '12';

/** A file that is being indexed, and how it is stored. */
export interface VideoFile extends ExaminedFile {
  video_id: string;
  run_id: string;
  source: string;
  pack: string;
}

/** @param as how it is stored; without a `video_id`, under the one that its content gives */
export function videoFile(
  examined: ExaminedFile,
  {
    video_id = deriveId('video', examined.content_hash),
    ...as
  }: Omit<VideoFile, keyof ExaminedFile | 'video_id'> & {
    video_id?: string | undefined;
  },
): VideoFile {
  return { ...examined, ...as, video_id };
}

/** @param looks how the video was looked at, now and before */
export function videoRow(file: VideoFile, looks: readonly LookRecord[], shots: number[]): VideoRow {
  const { video_id, run_id, source, content_hash, size_bytes, probe, pack } = file;
  const { start_s, width, height, fps } = probe;
  const coverage = coverageOf(video_id, source, looks);
  return {
    video_id,
    run_id,
    content_hash,
    source,
    title: titleOf(source),
    size_bytes,
    duration_s: endOf(probe, coverage.decoded),
    start_s,
    width,
    height,
    fps,
    sample_fps: coverage.sample_fps,
    pack,
    pipeline_version: PIPELINE_VERSION,
    range: rangeOf(looks),
    indexed_at: new Date().toISOString(),
    coverage,
    shots,
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

/**
 * A watched track as it is stored. @param scale from the pictures that were looked at to pixels of the video, in which
 * boxes are kept however large those pictures were
 */
export async function trackRow(
  t: WatchedTrack,
  { video_id, run_id, scale }: { video_id: string; run_id: string; scale: { x: number; y: number } },
  pack: Pick<PackInfo, 'id' | 'population'>,
  encodeCrop: (data: Uint8Array) => Promise<Uint8Array>,
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
    crops: await Promise.all(t.crops.map(encodeCrop)),
  };
}
