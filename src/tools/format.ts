/** How facts are put to a person. */
import type { Decision } from '../domain/scores/decision.js';

/** 3723.5 → "01:02:03.500". Negative times (pre-roll) keep their sign. */
export function clock(seconds: number): string {
  const ms = Math.round(Math.abs(seconds) * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${seconds < 0 && ms > 0 ? '-' : ''}${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

export function span({ start_s, end_s }: { start_s: number; end_s: number }): string {
  return `${clock(start_s)}–${clock(end_s)}`;
}

/** "Ada (identity_1)" or "identity_1". */
export function who(identity_id: string | null, name: string | null): string {
  if (identity_id === null) return name ?? 'nobody known';
  return name === null ? identity_id : `${name} (${identity_id})`;
}

/** "1 video", "2 videos". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

export function decisionWords(decision: Decision): string {
  return { match: 'match', no_match: 'no match', ambiguous: 'ambiguous' }[decision];
}

export function secondsWords(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

const TEXT_LINES = 40;

/** Joins lines, dropping what a person would not read to the end. */
export function lines(all: readonly (string | null | undefined)[]): string {
  const said = all.filter((line) => line !== null && line !== undefined && line !== '');
  return (
    said.length > TEXT_LINES
      ? [...said.slice(0, TEXT_LINES), `… and ${said.length - TEXT_LINES} more lines in the structured result.`]
      : said
  ).join('\n');
}
