/**
 * Text in SVG that is drawn over pictures: whatever it holds, and also on a machine without any font (a bare container
 * has none, and every letter would be the same empty box): then in capitals of dots.
 */
import sharp from 'sharp';
import { plainLine, shortened } from '../../domain/plain-line.js';
import { GLYPHS } from './dot-glyphs.js';

/** Draws one line. */
export type DrawLine = (text: string, at: LineAt) => string;

export interface LineAt {
  x: number;
  /** Of the baseline. */
  y: number;
  /** Of the letters, pixels. */
  size: number;
  fill: string;
  /** What does not fit is left out, pixels. */
  width: number;
  bold?: boolean;
}

/** Mean width of a letter relative to its size; wide scripts (Chinese, Japanese, Korean, emoji) take a whole one. */
const LETTER = 0.58,
  WIDE = 1.05;
const WIDE_LETTER =
  /[\u1100-\u115f\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3fffd}]/u;
/** Columns of a dot glyph with the gap after it, and its rows. */
const DOTS_WIDE = 6,
  DOTS_HIGH = 7;

/** How lines are drawn on this machine. */
export async function lineDrawer(): Promise<DrawLine> {
  return (await hasFonts()) ? drawLetters : drawDots;
}

/** Without fonts all letters look the same. */
async function hasFonts(): Promise<boolean> {
  const look = (letter: string): Promise<Buffer> =>
    sharp(svgOf(40, 40, drawLetters(letter, { x: 4, y: 30, size: 24, fill: '#fff', width: 40 })))
      .raw()
      .toBuffer();
  const [one, other] = [await look('A'), await look('O')];
  return !one.equals(other);
}

/** A whole drawing. @param body markup that is safe already */
export function svgOf(width: number, height: number, body: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`,
  );
}

export const drawLetters: DrawLine = (text, { x, y, size, fill, width, bold }) =>
  `<text x="${x}" y="${y}" font-family="DejaVu Sans, Noto Sans, Arial, Helvetica, sans-serif" font-size="${size}"${bold ? ' font-weight="bold"' : ''} fill="${fill}">${escaped(fitted(text, width / size))}</text>`;

/** As much of a text as fits a width, given in sizes of a letter. */
function fitted(text: string, width: number): string {
  const line = plainLine(text, 200);
  let taken = 0,
    room = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    taken += WIDE_LETTER.test(segment) ? WIDE : LETTER;
    if (taken > width) return shortened(line, room);
    room++;
  }
  return line;
}

/** Letters as squares: accents dropped, capitals only; what there is no glyph for is a "?". */
export const drawDots: DrawLine = (text, { x, y, size, fill, width }) => {
  const dot = Math.max(1, Math.round((size * 0.75) / DOTS_HIGH));
  const plain = plainLine(text, 200).normalize('NFKD').replace(/\p{M}/gu, '').replace('…', '..').toUpperCase();
  const line = shortened(plain, Math.max(1, Math.floor(width / (DOTS_WIDE * dot)))).replace('…', '.');
  const squares = [...line].flatMap((letter, place) =>
    (GLYPHS[letter] ?? GLYPHS['?'] ?? []).flatMap((row, r) =>
      [...row].flatMap((on, c) =>
        on === '#' ? `M${x + (place * DOTS_WIDE + c) * dot} ${y - (DOTS_HIGH - r) * dot}h${dot}v${dot}h-${dot}z` : [],
      ),
    ),
  );
  return squares.length === 0 ? '' : `<path fill="${fill}" d="${squares.join('')}"/>`;
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
