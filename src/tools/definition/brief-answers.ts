/** Answers in brief: what says nothing is left out, and numbers are as fine as they mean something. */
import { z } from 'zod';
import { withShortTracks } from './labels.js';

export const DETAILS = ['brief', 'full'] as const;
export type Detail = (typeof DETAILS)[number];
/** Full: nulls, empty lists, and all that is known of each. */
export const detailInput = z.enum(DETAILS);

/**
 * The same answer without nulls, and inside its parts without empty lists and objects either: an empty list of the
 * answer itself says that there is nothing. Times to the millisecond, scores to four digits, tracks
 * by as many letters as tell them apart.
 */
export function inBrief(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(answer).map(([key, value]) => [key, briefly(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined));
}

function briefly(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value);
  if (typeof value === 'string') return withShortTracks(value);
  if (Array.isArray(value)) return value.map(briefly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]: [string, unknown]) => [key, briefly(inner)] as const)
      .filter(([, inner]) => !saysNothing(inner)),
  );
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function rounded(n: number): number {
  if (Number.isInteger(n)) return n;
  return Math.abs(n) < 1 ? Number(n.toPrecision(4)) : Math.round(n * 1000) / 1000;
}
