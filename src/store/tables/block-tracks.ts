/** The rows of a block of vectors, one by one. */
import type { VectorBlock } from '../api.js';

/** A track as a block tells of it. */
export interface BlockTrack {
  track_id: string;
  video_id: string;
  /** A view of the block's. */
  vector: Float32Array;
  quality: number;
  population_excess: number;
}

/** In the block's order. */
export function blockTracks({ ids, video_ids, data, quality, population_excess }: VectorBlock): BlockTrack[] {
  const dimensions = data.length / Math.max(1, ids.length);
  return ids.map((track_id, i) => ({
    track_id,
    video_id: video_ids[i] ?? '',
    vector: data.subarray(i * dimensions, (i + 1) * dimensions),
    quality: quality[i] ?? 0,
    population_excess: population_excess[i] ?? 0,
  }));
}
