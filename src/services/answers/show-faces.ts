/** What show_faces answers: a picture, and what is on it. */
import type { Titles } from './titles.js';

/** A face on the sheet, under its number. */
export interface ShownFace {
  number: number;
  track_id: string;
  video_id: string;
  /** Of the picture that is shown, seconds on the video's presentation timeline. */
  time_s: number;
  /** Null for a track that belongs to nobody. */
  identity_id: string | null;
  name: string | null;
  /** Of the track, 0..1. */
  quality: number;
  /** How alike it is to the other faces of its identity, on the scale of every score; null where there is no other. */
  score: number | null;
  /** Of a photo, which has no time: its EXIF date. */
  photo?: { taken_at: string | null } | undefined;
  /** Reference photo that it is of, path or URL: then there is no track, video or time; null for faces of films. */
  reference: { source: string; crop: Uint8Array } | null;
  /** Why it is shown, in a few words. */
  why: string;
}

export interface FacesAnswer {
  /** JPEG file and its size in pixels. */
  picture: { data: Uint8Array; width: number; height: number };
  faces: ShownFace[];
  /** Faces there are but not on the sheet. */
  left_out: number;
  titles: Titles;
  /** What else there is to know: a file that is gone, how alike two people are. */
  notes: string[];
}
