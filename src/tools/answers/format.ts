/** How facts are put to a person. */
import { groupBy } from '../../domain/group-by.js';
import type { Decision, DecisionRecord } from '../../domain/scores/decision.js';
import { oneLine } from '../../domain/plain-line.js';
import { takenWords } from '../../domain/photos.js';
import type { When } from '../../services/answers/identity.js';
import type { Candidate } from '../../services/answers/find-person.js';
import type { Titles } from '../../services/answers/titles.js';
import type { Page } from './paging.js';

/** 3723.5 → "01:02:03.500". Negative times (pre-roll) keep their sign. */
export function clock(seconds: number): string {
  const ms = Math.round(Math.abs(seconds) * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${seconds < 0 && ms > 0 ? '-' : ''}${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

export function span({ start_s, end_s, photo, taken_at }: When): string {
  if (photo) return takenWords(taken_at ?? null);
  return start_s === end_s ? clock(start_s) : `${clock(start_s)}–${clock(end_s)}`;
}

/** How long something still takes, as exactly as anybody knows: "10 s", "3 min", "2 h". */
export function durationWords(seconds: number): string {
  if (seconds < 90) return `${seconds > 0 ? Math.max(1, Math.round(seconds)) : 0} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** "Ada (identity_1)" or "identity_1". */
export function who(identity_id: string | null, name: string | null): string {
  if (identity_id === null) return name === null ? 'nobody known' : oneLine(name);
  return name === null ? identity_id : `${oneLine(name)} (${identity_id})`;
}

/** "1 video", "2 videos". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

function decisionWords(decision: Decision): string {
  return { match: 'match', no_match: 'no match', ambiguous: 'ambiguous' }[decision];
}

/** "match (score 0.512, threshold 0.347 of the point even)": what was decided, and by which threshold. */
export function verdictWords({
  decision,
  score,
  threshold,
  calibration,
}: Pick<DecisionRecord, 'decision' | 'score' | 'threshold' | 'calibration'>): string {
  const point = calibration.point === null ? 'as given' : `of the point ${calibration.point}`;
  return `${decisionWords(decision)} (score ${score.toFixed(3)}, threshold ${threshold.toFixed(3)} ${point})`;
}

/** "Ada (identity_1) 0.412", and whether the library would ask if they are one. */
export function candidateWords({ identity_id, name, score, asked, chance }: Candidate): string {
  const doubt = asked && chance !== undefined ? `, ${Math.round(100 * chance)} % likely to be one person` : '';
  return `${who(identity_id, name)} ${score.toFixed(3)}${doubt}`;
}

/** "12.3 s", "12.3 s and in 2 photos", "in 1 photo". */
export function secondsWords(seconds: number, photos?: number): string {
  if (!photos) return `${seconds.toFixed(1)} s`;
  const still = `in ${count(photos, 'photo')}`;
  return seconds > 0 ? `${seconds.toFixed(1)} s and ${still}` : still;
}

/** "film.mp4 00:00:01.000–00:00:02.000, 00:00:05.000–00:00:06.000; other.mp4 …": moments under the film they are in. */
export function moments(intervals: readonly (When & { video_id: string })[], titles: Titles): string {
  return [...groupBy(intervals, (interval) => interval.video_id)]
    .map(([video_id, own]) => `${film(video_id, titles)} ${own.map(span).join(', ')}`)
    .join('; ');
}

/** What a person calls a video, and its id: other films may be called the same. */
export function film(video_id: string, titles: Titles): string {
  const title = titles.get(video_id);
  return title === undefined ? video_id : `${oneLine(title)} (${video_id})`;
}

/** How a listing goes on, for a client that shows only text. */
export function moreLine({ next_cursor, changed }: Pick<Page<unknown>, 'next_cursor' | 'changed'>): string | null {
  const more = next_cursor === null ? null : `More: the same again with {cursor} "${next_cursor}".`;
  return [changedLine(changed), more].filter((said) => said !== null).join(' ') || null;
}

/** Places of a list are counted, so what was added or went since shifts those that come after it. */
export function changedLine(changed: boolean | undefined): string | null {
  return changed
    ? 'The library changed since the page before: of this list some may be left out, or come twice. Without {cursor} it begins anew.'
    : null;
}

/** Joins lines, leaving out those that say nothing. */
export function lines(all: readonly (string | null | undefined)[]): string {
  return all.filter((line) => line !== null && line !== undefined && line !== '').join('\n');
}
