/** The orders in which rows are given. */
import { byText } from '../../domain/order.js';
import type { IdentityRow, VideoRow } from '../rows.js';

/** The order of videos: by indexed_at, video_id. */
export function byIndexing(a: VideoRow, b: VideoRow): number {
  return byText(a.indexed_at, b.indexed_at) || byText(a.video_id, b.video_id);
}

/** The order of identities: by created_at, identity_id. */
export function byAge(a: IdentityRow, b: IdentityRow): number {
  return byText(a.created_at, b.created_at) || byText(a.identity_id, b.identity_id);
}

interface Placed {
  video_id: string;
  start_s: number;
  track_id: string;
}

/** The order of tracks: by video_id, start_s, track_id. */
export function byPlace(a: Placed, b: Placed): number {
  return byText(a.video_id, b.video_id) || a.start_s - b.start_s || byText(a.track_id, b.track_id);
}
