/** The rows that a photo and its faces are stored as: a video without time, and a track of one sample for each face. */
import { embeddedQuality } from '../../../domain/faces/quality.js';
import { scaleBox } from '../../../domain/faces/geometry.js';
import { deriveId } from '../../../domain/ids.js';
import { PHOTO_SPAN } from '../../../domain/photos.js';
import { populationExcess } from '../../../domain/scores/normalised-score.js';
import type { Embedding } from '../../../domain/types.js';
import type { DecodedPhoto } from '../../../media/pictures/images.js';
import type { CoverageRecord } from '../../../store/records/coverage-record.js';
import type { TrackRow, VideoRow } from '../../../store/rows.js';
import type { PackInfo } from '../../../vision/pipeline.js';
import { titleOf } from '../title-of.js';
import type { StillFace } from '../../pictures/still-faces.js';

/** Changes when the same photo would give other tracks: then it is looked at again when asked for. */
export const PHOTO_VERSION = 'photo-1';

/** A photo that is being indexed. */
export interface PhotoFile {
  video_id: string;
  run_id: string;
  source: string;
  content_hash: string;
  size_bytes: number;
}

/** A photo made smaller than this is one as long as a panorama: others of 50 million pixels are not. */
const SMALL_SCALE = 0.25;

/** A face that is good enough to be kept. */
export interface KeptFace {
  face: StillFace;
  embedding: Embedding;
  /** JPEG file of the aligned crop. */
  crop: Uint8Array;
}

/** What was seen in a photo: every face is either kept or gated. */
export interface SeenInPhoto {
  kept: KeptFace[];
  gated: Record<string, number>;
}

export function photoRow(file: PhotoFile, decoded: DecodedPhoto, { kept, gated }: SeenInPhoto, pack: string): VideoRow {
  const { video_id, run_id, source, content_hash, size_bytes } = file;
  const { width, height, taken_at } = decoded;
  const coverage: CoverageRecord = {
    v: 1,
    ...{ video_id, source, decoded: [], sample_fps: 0 },
    faces_seen: kept.length + Object.values(gated).reduce((a, b) => a + b, 0),
    faces_kept: kept.length,
    gated,
    ended_early: decoded.pages > 1 ? `It holds ${decoded.pages} pictures, and only the first was looked at.` : null,
    ...notesOn(decoded),
    photo: { taken_at },
  };
  return {
    ...{ video_id, run_id, content_hash, source, size_bytes, width, height, pack, coverage },
    title: titleOf(source),
    ...{ duration_s: 0, start_s: 0, fps: 0, sample_fps: 0, range: null, shots: [] },
    pipeline_version: PHOTO_VERSION,
    indexed_at: new Date().toISOString(),
  };
}

/** Why faces in a photo may have been missed. */
function notesOn({ image, width, height }: DecodedPhoto): Pick<CoverageRecord, 'notes'> {
  if (image.scale >= SMALL_SCALE) return {};
  return {
    notes: [
      `It has ${width} × ${height} pixels and was looked at in ${image.width} × ${image.height}: small faces may have been missed. Cut into parts, it is looked at more closely.`,
    ],
  };
}

/** @param scale pixels of the picture that was looked at ÷ pixels of the original, in which boxes are kept */
export function photoTrack(
  { face, embedding, crop }: KeptFace,
  { video_id, run_id }: Pick<PhotoFile, 'video_id' | 'run_id'>,
  scale: number,
  { id: pack, norms, population }: PackInfo,
): TrackRow {
  const { vector, norm } = embedding;
  const box = scaleBox(face.box, { x: 1 / scale, y: 1 / scale });
  return {
    track_id: deriveId('track', video_id, 'photo', [box.x, box.y, box.w].map((n) => n.toFixed(1)).join(' ')),
    ...{ video_id, run_id, shot: 0, ...PHOTO_SPAN, presence: [{ ...PHOTO_SPAN }] },
    ...{ samples: 1, embedded: 1, best_time_s: 0, spread: 0, thumbnail: null },
    quality: embeddedQuality(face.quality, norm, norms),
    population_excess: populationExcess(vector, population),
    ...{ norm, pack, vector, boxes: [{ time_s: 0, box }], crops: [crop] },
  };
}
