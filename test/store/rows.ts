/** Rows to store; their vectors are random: this is about keeping, not recognising. */
import { newId } from '../../src/domain/ids.js';
import type { IdentityRow, ReferenceRow, TrackRow, VideoRow } from '../../src/store/rows.js';

export const PACK = 'pack-a';
export const DIMENSIONS = 32;

export function randomVector(dimensions = DIMENSIONS): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => Math.random() + Math.random() + Math.random() - 1.5);
  const norm = Math.hypot(...vector);
  return vector.map((x) => x / norm);
}

export function makeTrack(video_id: string, run_id: string, fields: Partial<TrackRow> = {}): TrackRow {
  const start_s = Math.random() * 100;
  return {
    track_id: newId('track'),
    video_id,
    run_id,
    shot: 3,
    start_s,
    end_s: start_s + 2.5,
    presence: [
      { start_s, end_s: start_s + 1 },
      { start_s: start_s + 1.5, end_s: start_s + 2.5 },
    ],
    samples: 12,
    embedded: 4,
    quality: Math.random(),
    population_excess: 0.01,
    norm: 2.7,
    best_time_s: start_s + 0.2,
    pack: PACK,
    spread: 0.12,
    vector: randomVector(),
    boxes: [{ time_s: start_s, box: { x: 1.5, y: 2, w: 30, h: 40.25 } }],
    crops: [new Uint8Array([255, 216, 0, 1])],
    thumbnail: new Uint8Array([255, 216, 9]),
    ...fields,
  };
}

export function makeVideo(video_id: string, run_id: string, fields: Partial<VideoRow> = {}): VideoRow {
  return {
    video_id,
    run_id,
    content_hash: `sha256:${video_id}`,
    source: '/films/a.mp4',
    title: 'a',
    size_bytes: 7_000_000_000,
    duration_s: 61.2,
    start_s: 0.85,
    width: 1920,
    height: 1080,
    fps: 29.97,
    sample_fps: 5,
    pack: PACK,
    pipeline_version: '1',
    range: null,
    indexed_at: new Date().toISOString(),
    shots: [0.85, 12.04],
    coverage: {
      v: 1,
      video_id,
      source: '/films/a.mp4',
      decoded: [{ start_s: 0.85, end_s: 62.05 }],
      sample_fps: 5,
      faces_seen: 40,
      faces_kept: 30,
      gated: { blurred: 10 },
      ended_early: null,
    },
    ...fields,
  };
}

export function makeIdentity(fields: Partial<IdentityRow> = {}): IdentityRow {
  const now = new Date().toISOString();
  return {
    identity_id: newId('identity'),
    name: null,
    track_ids: [],
    merged_into: null,
    split_from: null,
    created_at: now,
    updated_at: now,
    ...fields,
  };
}

export function makeReference(fields: Partial<ReferenceRow> = {}): ReferenceRow {
  return {
    reference_id: newId('reference'),
    source: '/photos/somebody.jpg',
    box: { x: 1, y: 2, w: 3, h: 4 },
    quality: 0.5,
    population_excess: 0.1,
    pack: PACK,
    created_at: new Date().toISOString(),
    vector: randomVector(),
    crop: new Uint8Array([255, 216, 3]),
    ...fields,
  };
}
