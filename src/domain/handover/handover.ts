/** What is handed over to other programs: who is on screen when, in which films. */
import { plainLine } from '../plain-line.js';
import { roundSeconds } from '../seconds.js';
import { type FrameRate, framesOf, frameRateOf, readTimecode } from './frame-rate.js';

export interface Someone {
  identity_id: string;
  name: string | null;
  /** Short name within the library (P12), by which whoever has no name is called. */
  label?: string | undefined;
}

/** A stretch of a film in which somebody is on screen, or several at once. */
export interface Cue {
  video_id: string;
  /** Seconds on the film's presentation timeline. */
  start_s: number;
  end_s: number;
  people: readonly Someone[];
  /** How alike the faces are to the others of their person, the least of several people; null where none is other. */
  score: number | null;
  track_ids: readonly string[];
}

export interface Film {
  video_id: string;
  title: string;
  /** Path or URL. */
  source: string;
  /** When the first picture is shown and when the last one ends, presentation timeline. */
  start_s: number;
  end_s: number;
  /** Average frames a second; 0 where unknown. */
  fps: number;
  /** Of the first picture, as the file says it; null where it says none. */
  timecode: string | null;
  /** Of a photo, which has no time: its EXIF date. */
  photo?: { taken_at: string | null } | undefined;
  /** What was looked at, in a line. */
  coverage: string;
}

export interface Handover {
  title: string;
  films: readonly Film[];
  /** By film, in the order of `films`, then by time. */
  cues: readonly Cue[];
  /** Scores below this are in doubt; null where nothing was scored. */
  threshold: number | null;
}

/** One file of an export. */
export interface HandoverFile {
  /** Without a folder. */
  name: string;
  content: string;
  /** Cues, chapters or markers in it. */
  entries: number;
}

/** What a person is called. */
export function calledBy({ name, label, identity_id }: Someone): string {
  return name === null ? (label ?? identity_id) : plainLine(name, 100);
}

/** "Ada, Ben". */
export function calledAll(people: readonly Someone[]): string {
  return people.map(calledBy).join(', ');
}

export function isDoubtful({ score }: Pick<Cue, 'score'>, threshold: number | null): boolean {
  return score !== null && threshold !== null && score < threshold;
}

export function cuesOf({ cues }: Handover, { video_id }: Film): Cue[] {
  return cues.filter((cue) => cue.video_id === video_id);
}

/** What has a time: subtitles and markers have no place for photos. */
export function withoutPhotos(handover: Handover): Handover {
  const films = handover.films.filter((film) => !film.photo);
  const kept = new Set(films.map((film) => film.video_id));
  return { ...handover, films, cues: handover.cues.filter((cue) => kept.has(cue.video_id)) };
}

/** How an editing program counts a film: from its first picture on, which bears the number `start`. */
export interface FrameClock {
  rate: FrameRate;
  /** Number of the first frame by the film's own timecode. */
  start: number;
  /** Frames in all. */
  frames: number;
  /** Of a stretch on the presentation timeline, cut to the film; `first` counts from the first picture. */
  framesOf(stretch: { start_s: number; end_s: number }): { first: number; count: number };
}

export function frameClock(film: Film): FrameClock {
  const plain = frameRateOf(film.fps);
  const own = film.timecode === null ? null : readTimecode(film.timecode, plain);
  const rate = own ? { ...plain, drop: own.drop } : plain;
  const since = (time_s: number): number => roundSeconds(time_s - film.start_s);
  const frames = framesOf({ start_s: 0, end_s: since(film.end_s) }, rate).count;
  return {
    rate,
    start: own?.frame ?? 0,
    frames,
    framesOf({ start_s, end_s }) {
      const { first, count } = framesOf({ start_s: since(start_s), end_s: since(end_s) }, rate);
      const begin = Math.min(first, frames - 1);
      return { first: begin, count: Math.max(1, Math.min(count, frames - begin)) };
    },
  };
}
