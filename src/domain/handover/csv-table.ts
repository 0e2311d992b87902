/** Tables for spreadsheets (RFC 4180): cells that a spreadsheet would take for a formula are made text. */
import { stringify } from 'csv-stringify/sync';
import { type Cue, calledBy, type Film, frameClock, type Handover, isDoubtful } from './handover.js';
import { plainLine } from '../plain-line.js';
import { timecode } from './frame-rate.js';

/** @param rows cells by column */
export function csvTable(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | number | null>>[],
): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    record_delimiter: '\r\n',
    // A name that begins with =, +, - or @ would be run by whoever opens the table (CWE-1236).
    escape_formulas: true,
  });
}

const COLUMNS = [
  'video_id',
  'title',
  'names',
  'identity_ids',
  'start_s',
  'end_s',
  'seconds',
  'timecode_in',
  'timecode_out',
  'first_frame',
  'frames',
  'fps',
  'score',
  'in_doubt',
  'track_ids',
  'photo',
  'taken_at',
] as const;

/** A row for each cue. */
export function csvOf(handover: Handover): string {
  const films = new Map(handover.films.map((film) => [film.video_id, { film, clock: frameClock(film) }]));
  const rows = handover.cues.flatMap((cue) => {
    const found = films.get(cue.video_id);
    return found ? [rowOf(cue, found.film, found.clock, handover.threshold)] : [];
  });
  return csvTable(COLUMNS, rows);
}

function rowOf(
  cue: Cue,
  film: Film,
  clock: ReturnType<typeof frameClock>,
  threshold: number | null,
): Record<(typeof COLUMNS)[number], string | number | null> {
  const { first, count } = clock.framesOf(cue);
  const { photo } = film;
  // A photo has no time, and no frames to count.
  const timed = <T>(value: T): T | null => (photo ? null : value);
  return {
    video_id: cue.video_id,
    title: plainLine(film.title, 200),
    names: cue.people.map(calledBy).join('; '),
    identity_ids: cue.people.map((p) => p.identity_id).join('; '),
    start_s: timed(cue.start_s),
    end_s: timed(cue.end_s),
    seconds: timed(Math.round((cue.end_s - cue.start_s) * 1000) / 1000),
    timecode_in: timed(timecode(clock.start + first, clock.rate)),
    timecode_out: timed(timecode(clock.start + first + count, clock.rate)),
    first_frame: timed(first),
    frames: timed(count),
    fps: timed(film.fps),
    score: cue.score,
    in_doubt: isDoubtful(cue, threshold) ? 'yes' : '',
    track_ids: cue.track_ids.join('; '),
    photo: photo ? 'yes' : '',
    taken_at: photo?.taken_at ?? '',
  };
}
