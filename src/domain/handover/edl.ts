/**
 * Edit decision lists (CMX 3600) of markers: an event of one frame where somebody comes on screen, as DaVinci Resolve
 * writes and reads its timeline markers ("|C: |M: |D:"), with the locators ("* LOC:") that Avid, Nucoda and
 * OpenTimelineIO read. Source and record times are the film's own, so that a timeline that holds the film from its
 * first frame on shows each marker at its place.
 */
import { groupBy } from '../group-by.js';
import { plainLine } from '../plain-line.js';
import { timecode } from './frame-rate.js';
import { calledAll, type Cue, cuesOf, type Film, frameClock, type Handover, isDoubtful } from './handover.js';
import { colourOf } from './marker-colours.js';

/** Numbers of events have three digits. */
const MOST_EVENTS = 999;
const LONGEST_TITLE = 70;

/** @returns lists of at most 999 events each; one without events where nobody is on screen */
export function edlsOf(handover: Handover, film: Film): { content: string; entries: number }[] {
  const clock = frameClock(film),
    colour = colourOf(handover);
  const at = (frame: number): string => timecode(clock.start + frame, clock.rate);
  const starts = groupBy(cuesOf(handover, film), (cue) => clock.framesOf(cue).first);
  const events = [...starts].sort(([a], [b]) => a - b);
  const eventOf = ([first, cues]: [number, Cue[]], number: number): string => {
    const span = `${at(first)} ${at(first + 1)}`;
    const labels = cues.map((cue) => labelOf(cue, handover.threshold));
    const longest = Math.max(...cues.map((cue) => clock.framesOf(cue).count));
    const { resolve } = colour(cues[0]?.people[0]?.identity_id);
    return [
      `${String(number).padStart(3, '0')}  AX       V     C        ${span} ${span}`,
      ` |C:ResolveColor${resolve} |M:${labels.join(', ').replaceAll('|', '/')} |D:${longest}`,
      `* FROM CLIP NAME: ${lineOf(film.title)}`,
      ...cues.map((cue, i) => {
        const { otio } = colour(cue.people[0]?.identity_id);
        return `* LOC: ${at(first)} ${otio.padEnd(7)} ${labels[i] ?? ''}`;
      }),
      ...cues.map((cue, i) => {
        const { count } = clock.framesOf(cue);
        const score = cue.score === null ? '' : `, score ${cue.score.toFixed(3)}`;
        return `* ${labels[i] ?? ''} until ${at(first + count)}${score}`;
      }),
    ].join('\n');
  };
  const parts = Math.max(1, Math.ceil(events.length / MOST_EVENTS));
  return Array.from({ length: parts }, (_, part) => {
    const own = events.slice(part * MOST_EVENTS, (part + 1) * MOST_EVENTS);
    const title = `${plainLine(film.title, LONGEST_TITLE - 5)}${parts > 1 ? ` ${part + 1}/${parts}` : ''}`;
    const head = `TITLE: ${title}\nFCM: ${clock.rate.drop ? 'DROP FRAME' : 'NON-DROP FRAME'}`;
    const body = own.map((event, i) => eventOf(event, i + 1));
    return { content: `${[head, ...body].join('\n\n')}\n`, entries: own.reduce((n, [, cues]) => n + cues.length, 0) };
  });
}

function labelOf(cue: Cue, threshold: number | null): string {
  return lineOf(`${calledAll(cue.people)}${isDoubtful(cue, threshold) ? ' (?)' : ''}`);
}

function lineOf(text: string): string {
  return plainLine(text, 200);
}
