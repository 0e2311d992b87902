/** What a report tells, ready to be drawn. Times are seconds on the film's presentation timeline. */
import type { Interval } from '../types.js';

export interface ReportPerson {
  /** Place in the report, from 0: their colour goes by it. */
  index: number;
  identity_id: string;
  /** Name, or "Person 3" for somebody without one. */
  label: string;
  named: boolean;
  /** data: URL of a square picture; null where there is none. */
  face: string | null;
  seconds: number;
  films: number;
  /** Photos they are in, which count neither as films nor as appearances. */
  photos: number;
  appearances: number;
  in_doubt: number;
}

export interface ReportBar extends Interval {
  score: number | null;
  in_doubt: boolean;
}

export interface ReportRow {
  person: ReportPerson;
  bars: readonly ReportBar[];
}

/** Pictures over a film's timeline. */
export interface ReportStrip {
  /** Frames of the footage, or faces of who is there where the file is gone. */
  of: 'frames' | 'faces';
  pictures: readonly { time_s: number; src: string; alt: string }[];
}

export interface ReportFilm {
  video_id: string;
  title: string;
  start_s: number;
  end_s: number;
  strip: ReportStrip;
  /** Why there are no frames; null where there are. */
  missing: string | null;
  rows: readonly ReportRow[];
  /** Rows that did not fit. */
  rows_left_out: number;
  /** What was not looked at. */
  gaps: readonly Interval[];
  coverage: {
    share: string;
    sample_fps: number;
    faces_seen: number;
    faces_kept: number;
    gated: Readonly<Record<string, number>>;
    ended_early: string | null;
    /** Why faces may have been missed in what was looked at. */
    notes: readonly string[];
  };
}

/** A photo that somebody of the report is in. */
export interface ReportPhoto {
  title: string;
  /** EXIF date, ISO 8601 by the camera's clock. */
  taken_at: string | null;
  /** data: URL; null where the file is gone. */
  src: string | null;
  people: readonly ReportPerson[];
}

export interface ReportPair {
  a: number;
  b: number;
  seconds: number;
  times: number;
}

export interface Report {
  title: string;
  /** ISO 8601 date. */
  date: string;
  made_by: string;
  people: readonly ReportPerson[];
  films: readonly ReportFilm[];
  photos: readonly ReportPhoto[];
  /** Of the people in the heat map, the first `heat_people` of `people`. */
  pairs: readonly ReportPair[];
  heat_people: number;
  totals: { films: number; photos: number; people: number; seconds: number; appearances: number };
  uncertainty: readonly string[];
  left_out: readonly string[];
  threshold: number | null;
}

/** 3723.5 → "1:02:03", 63.2 → "1:03", with tenths where asked for. */
export function shortClock(seconds: number, tenths = false): string {
  const sign = seconds < 0 ? '-' : '';
  const all = tenths ? Math.round(Math.abs(seconds) * 10) / 10 : Math.round(Math.abs(seconds));
  const h = Math.floor(all / 3600),
    m = Math.floor(all / 60) % 60,
    s = all % 60;
  const two = (text: string): string => (text.indexOf('.') === 1 || text.length === 1 ? `0${text}` : text);
  const rest = tenths ? s.toFixed(1) : String(s);
  return `${sign}${h > 0 ? `${h}:${two(String(m))}` : m}:${two(rest)}`;
}

/** "12.3 s", "4 min 5 s", "1 h 2 min". */
export function lasting(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const all = Math.round(seconds);
  return all < 3600
    ? `${Math.floor(all / 60)} min ${all % 60} s`
    : `${Math.floor(all / 3600)} h ${Math.floor(all / 60) % 60} min`;
}

/** "1 film", "2 films". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
