/** Lays out the result as a page: one row an identity, one column a clip. Pure; SVG text in, nothing drawn. */
import type { Interval } from '../../src/domain/types.js';

export interface TimelineRow {
  title: string;
  subtitle: string;
  /** data: URL of a square picture; null where there is none. */
  face: string | null;
  /** By clip. */
  found: ReadonlyMap<string, readonly Interval[]>;
  /** What is known of the footage, drawn as a thin line below. */
  known: ReadonlyMap<string, readonly Interval[]>;
}

export interface TimelineClip {
  name: string;
  duration_s: number;
  /** data: URLs of frames spread over the clip, each `frameAspect` wide for its height. */
  frames: readonly string[];
}

export interface Timeline {
  title: string;
  subtitle: string;
  clips: readonly TimelineClip[];
  rows: readonly TimelineRow[];
}

/** Width of the page, CSS pixels; its height follows from the rows. */
export const PAGE_WIDTH = 1000;
const MARGIN = 24,
  LABELS = 208,
  GAP = 14,
  HEADER = 70,
  STRIP = 68,
  ROW = 56,
  FACE = 46,
  FOOTER = 44;
const COLOURS = [
  '#5b8def',
  '#e07a5f',
  '#3d9970',
  '#b07cc6',
  '#d9a441',
  '#4aa3a2',
  '#c9648a',
  '#7a8b4f',
  '#6d6fb8',
  '#c2743a',
  '#4f8a5b',
  '#9a6b6b',
];
const FONT = 'font-family="Inter, Helvetica, Arial, DejaVu Sans, sans-serif"';

/** Frames that fit a clip's strip. */
export const FRAMES_PER_CLIP = 4;

/** The page as SVG, and its height. */
export function timelineSvg({ title, subtitle, clips, rows }: Timeline): { svg: string; height: number } {
  const height = HEADER + STRIP + 26 + rows.length * ROW + FOOTER;
  const columns = columnsOf(clips);
  const parts = [
    `<rect width="${PAGE_WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(MARGIN, 34, title, 20, '#16202c', 700),
    text(MARGIN, 55, subtitle, 12.5, '#5f6b7a'),
    ...columns.flatMap((column) => clipHeader(column)),
    ...rows.flatMap((row, i) => rowOf(row, i, columns)),
    legend(height - 18),
  ];
  return {
    height,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${PAGE_WIDTH}" height="${height}" viewBox="0 0 ${PAGE_WIDTH} ${height}">${parts.join('')}</svg>`,
  };
}

interface Column {
  clip: TimelineClip;
  x: number;
  width: number;
}

/** Clips side by side, each as wide as it is long. */
function columnsOf(clips: readonly TimelineClip[]): Column[] {
  const room = PAGE_WIDTH - 2 * MARGIN - LABELS - GAP * Math.max(0, clips.length - 1);
  const seconds = clips.reduce((s, c) => s + c.duration_s, 0);
  let x = MARGIN + LABELS;
  return clips.map((clip) => {
    const column = { clip, x, width: (room * clip.duration_s) / seconds };
    x += column.width + GAP;
    return column;
  });
}

function clipHeader({ clip, x, width }: Column): string[] {
  const each = width / Math.max(1, clip.frames.length),
    top = HEADER;
  const frames = clip.frames.map(
    (href, i) =>
      `<image x="${n(x + i * each)}" y="${top}" width="${n(each - 1)}" height="${STRIP - 22}" preserveAspectRatio="xMidYMid slice" href="${href}"/>`,
  );
  const ticks = Array.from({ length: Math.floor(clip.duration_s / 5) + 1 }, (_, i) =>
    text(x + (width * i * 5) / clip.duration_s, top + STRIP + 12, `${i * 5} s`, 10, '#8a94a3'),
  );
  return [...frames, text(x, top + STRIP - 6, clip.name, 12, '#16202c', 600), ...ticks];
}

function rowOf(row: TimelineRow, index: number, columns: readonly Column[]): string[] {
  const top = HEADER + STRIP + 20 + index * ROW,
    middle = top + ROW / 2;
  const colour = COLOURS[index % COLOURS.length] ?? '#5b8def';
  const clip = `face-${index}`;
  const bars = columns.flatMap(({ clip: { name, duration_s }, x, width }) => {
    const at = (s: number) => x + (width * Math.min(duration_s, Math.max(0, s))) / duration_s;
    return [
      `<rect x="${n(x)}" y="${n(middle - 9)}" width="${n(width)}" height="18" rx="4" fill="#f1f3f6"/>`,
      ...(row.found.get(name) ?? []).map(
        ({ start_s, end_s }) =>
          `<rect x="${n(at(start_s))}" y="${n(middle - 9)}" width="${n(Math.max(1, at(end_s) - at(start_s)))}" height="18" rx="4" fill="${colour}"/>`,
      ),
      ...(row.known.get(name) ?? []).map(
        ({ start_s, end_s }) =>
          `<rect x="${n(at(start_s))}" y="${n(middle + 12)}" width="${n(Math.max(1, at(end_s) - at(start_s)))}" height="2" fill="#16202c"/>`,
      ),
    ];
  });
  return [
    `<line x1="${MARGIN}" x2="${PAGE_WIDTH - MARGIN}" y1="${top}" y2="${top}" stroke="#e6e9ee"/>`,
    `<clipPath id="${clip}"><circle cx="${MARGIN + FACE / 2}" cy="${middle}" r="${FACE / 2}"/></clipPath>`,
    row.face
      ? `<image x="${MARGIN}" y="${middle - FACE / 2}" width="${FACE}" height="${FACE}" clip-path="url(#${clip})" href="${row.face}"/>`
      : '',
    `<circle cx="${MARGIN + FACE / 2}" cy="${middle}" r="${FACE / 2}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
    text(MARGIN + FACE + 12, middle - 2, row.title, 13.5, '#16202c', 600),
    text(MARGIN + FACE + 12, middle + 15, row.subtitle, 11.5, '#5f6b7a'),
    ...bars,
  ];
}

function legend(y: number): string {
  return [
    `<rect x="${MARGIN}" y="${y - 9}" width="22" height="9" rx="2" fill="${COLOURS[0]}"/>`,
    text(MARGIN + 30, y, 'found by Rollcall', 11.5, '#5f6b7a'),
    `<rect x="${MARGIN + 150}" y="${y - 5}" width="22" height="2" fill="#16202c"/>`,
    text(MARGIN + 180, y, 'known to be fully in view', 11.5, '#5f6b7a'),
    text(PAGE_WIDTH - MARGIN, y, 'Photographs: @vladmandic/face-api (MIT)', 11.5, '#8a94a3', 400, 'end'),
  ].join('');
}

function text(x: number, y: number, words: string, size: number, fill: string, weight = 400, anchor = 'start'): string {
  return `<text x="${n(x)}" y="${n(y)}" ${FONT} font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${words.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)}</text>`;
}

const n = (value: number) => value.toFixed(2);
