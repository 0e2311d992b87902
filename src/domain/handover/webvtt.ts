/** WebVTT (https://www.w3.org/TR/webvtt1/): times are those that a player shows. */
import { byName, byText } from '../order.js';
import { plainLine } from '../plain-line.js';
import { toMilliseconds } from '../seconds.js';
import {
  calledAll,
  calledBy,
  type Cue,
  cuesOf,
  type Film,
  type Handover,
  isDoubtful,
  type Someone,
} from './handover.js';

interface Block {
  start_ms: number;
  end_ms: number;
  text: string;
}

/** A cue for each appearance, with who it is. @returns the file, and how many cues it has */
export function vttOf(handover: Handover, film: Film): { content: string; entries: number } {
  const blocks = cuesOf(handover, film).flatMap((cue) =>
    blockOf(cue, `${calledAll(cue.people)}${isDoubtful(cue, handover.threshold) ? ' (?)' : ''}`),
  );
  return { content: fileOf(film, handover.title, blocks), entries: blocks.length };
}

/**
 * Chapters, one after another: a new one wherever somebody comes or goes; none where nobody of those is on screen.
 * @returns the file, and how many chapters it has
 */
export function chaptersOf(handover: Handover, film: Film): { content: string; entries: number } {
  const blocks = stretchesOf(cuesOf(handover, film)).flatMap((s) => blockOf(s, calledAll(s.people)));
  return { content: fileOf(film, handover.title, blocks), entries: blocks.length };
}

export interface Stretch {
  start_s: number;
  end_s: number;
  people: Someone[];
}

/** Where the same people are on screen, by time; disjoint. */
export function stretchesOf(cues: readonly Cue[]): Stretch[] {
  const edges = [...new Set(cues.flatMap((c) => [c.start_s, c.end_s]))].sort((a, b) => a - b);
  const out: Stretch[] = [];
  let next = 0,
    open: Cue[] = [];
  const byStart = [...cues].sort((a, b) => a.start_s - b.start_s);
  for (const [i, start_s] of edges.entries()) {
    open = open.filter((c) => c.end_s > start_s);
    for (let cue = byStart[next]; cue && cue.start_s <= start_s; cue = byStart[++next])
      if (cue.end_s > start_s) open.push(cue);
    const end_s = edges[i + 1];
    if (end_s === undefined || open.length === 0) continue;
    const people = [...new Map(open.flatMap((c) => c.people).map((p) => [p.identity_id, p])).values()];
    people.sort((a, b) => byName(calledBy(a), calledBy(b)) || byText(a.identity_id, b.identity_id));
    const last = out.at(-1);
    if (last?.end_s === start_s && sameIds(last.people, people)) last.end_s = end_s;
    else out.push({ start_s, end_s, people });
  }
  return out;
}

function sameIds(a: readonly Someone[], b: readonly Someone[]): boolean {
  return a.length === b.length && a.every((p, i) => p.identity_id === b[i]?.identity_id);
}

/** Players show nothing before 0, nor what lasts no time. */
function blockOf({ start_s, end_s }: { start_s: number; end_s: number }, text: string): Block[] {
  const start_ms = Math.max(0, toMilliseconds(start_s)),
    end_ms = toMilliseconds(end_s);
  return end_ms > start_ms ? [{ start_ms, end_ms, text }] : [];
}

function fileOf(film: Film, title: string, blocks: readonly Block[]): string {
  const notes = [`${title}: ${film.title}`, film.coverage].map((line) => `NOTE ${plainNote(line)}`);
  const cues = [...blocks]
    .sort((a, b) => a.start_ms - b.start_ms || b.end_ms - a.end_ms)
    .map((b, i) => `${i + 1}\n${stamp(b.start_ms)} --> ${stamp(b.end_ms)}\n${escaped(b.text)}`);
  return `${['WEBVTT', ...notes, ...cues].join('\n\n')}\n`;
}

/** hh:mm:ss.mmm */
function stamp(ms: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const s = Math.floor(ms / 1000);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

function escaped(text: string): string {
  return plainLine(text, 500).replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c);
}

/** A note ends a cue's times where it holds an arrow. */
function plainNote(text: string): string {
  return plainLine(text, 500).replaceAll('-->', '->');
}
