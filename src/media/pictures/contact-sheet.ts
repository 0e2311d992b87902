/** Faces on one sheet, and a picture with its faces boxed: JPEG files bounded in pixels and bytes. */
import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import type { Box, RgbImage } from '../../domain/types.js';
import { scaleBox } from '../../domain/faces/geometry.js';
import { GAP, HEADING_HEIGHT, LINE_HEIGHT, layOut, SHEET_HEIGHT, SHEET_WIDTH } from './sheet-layout.js';
import { type DrawLine, lineDrawer, svgOf } from './sheet-text.js';

/** A sheet at most, bytes: base64 makes 400 kB of it. */
const SHEET_BYTES = 300_000;

export interface SheetFace {
  /** JPEG file; an unreadable one leaves its place grey. */
  jpeg: Uint8Array | null;
  number: number;
  /** Below the face, from the most important. */
  lines: readonly string[];
}

export interface SheetPanel {
  heading: string;
  faces: readonly SheetFace[];
}

export interface RenderedSheet {
  /** JPEG file. */
  data: Uint8Array;
  width: number;
  height: number;
}

const PAPER = '#16181d',
  INK = '#f2f2f2',
  FAINT = '#b9bec9',
  NUMBER = '#ffd54a';
/** Of boxes, in turn: told apart on any picture with the dark line around them. */
const BOX_COLOURS = ['#ffd54a', '#4adeff', '#ff7ac8', '#8cff66', '#ff9a4a', '#c9a2ff'] as const;
const BOX_LINE = 3;

/** Panels side by side, a face and its lines in each cell. At most SHEET_WIDTH × SHEET_HEIGHT pixels. */
export async function renderContactSheet(
  panels: readonly SheetPanel[],
  notes: readonly string[] = [],
  maxBytes = SHEET_BYTES,
): Promise<RenderedSheet> {
  const draw = await lineDrawer();
  const lines = Math.max(1, ...panels.flatMap((p) => p.faces.map((f) => f.lines.length)));
  const {
    width,
    height,
    side,
    panels: places,
  } = layOut(
    panels.map((p) => p.faces.length),
    lines,
    notes.length,
  );
  const overlays: OverlayOptions[] = [];
  const marks: string[] = [];
  for (const [p, panel] of panels.entries()) {
    const place = places[p];
    if (!place) continue;
    const heading = { x: place.x, y: GAP + HEADING_HEIGHT - 12, size: 17, fill: INK, width: place.width, bold: true };
    marks.push(draw(panel.heading, heading));
    for (const [i, face] of panel.faces.entries()) {
      const cell = place.cells[i];
      if (!cell) continue;
      overlays.push({ input: await square(face.jpeg, side), left: cell.x, top: cell.y });
      marks.push(numberMark(draw, face.number, cell.x, cell.y, NUMBER));
      for (const [n, line] of face.lines.entries())
        marks.push(
          draw(line, {
            x: cell.x,
            y: cell.y + side + (n + 1) * LINE_HEIGHT - 3,
            size: 13,
            fill: n === 0 ? INK : FAINT,
            width: side,
          }),
        );
    }
  }
  for (const [n, note] of notes.entries())
    marks.push(
      draw(note, {
        x: GAP,
        y: height - GAP - (notes.length - n - 1) * LINE_HEIGHT - 3,
        size: 13,
        fill: NUMBER,
        width: width - 2 * GAP,
      }),
    );
  overlays.push({ input: svgOf(width, height, marks.join('')), left: 0, top: 0 });
  const sheet = await quiet()({ create: { width, height, channels: 3, background: PAPER } })
    .composite(overlays)
    .removeAlpha()
    .raw()
    .toBuffer();
  return encodeWithin({ width, height, data: sheet }, maxBytes);
}

export interface FrameMark {
  /** In pixels of the picture. */
  box: Box;
  number: number;
  label: string;
}

/** A picture with boxes and labels, and a caption below it. */
export async function renderMarkedFrame(
  image: RgbImage,
  frameMarks: readonly FrameMark[],
  caption: readonly string[],
  maxBytes = SHEET_BYTES,
): Promise<RenderedSheet> {
  const draw = await lineDrawer();
  const foot = caption.length * LINE_HEIGHT + GAP;
  const scale = Math.min(1, SHEET_WIDTH / image.width, (SHEET_HEIGHT - foot) / image.height);
  const width = Math.max(1, Math.round(image.width * scale)),
    shown = Math.max(1, Math.round(image.height * scale)),
    height = shown + foot;
  const marks = frameMarks.map(({ box, number, label }, i) => {
    const colour = BOX_COLOURS[i % BOX_COLOURS.length] ?? NUMBER;
    return boxMark(
      draw,
      scaleBox(box, { x: width / image.width, y: shown / image.height }),
      `${number} ${label}`,
      colour,
      width,
    );
  });
  const captions = caption.map((line, n) =>
    draw(line, { x: GAP, y: shown + (n + 1) * LINE_HEIGHT - 1, size: 13, fill: INK, width: width - 2 * GAP }),
  );
  const frame = await pixels(image).resize(width, shown, { fit: 'fill' }).png({ compressionLevel: 0 }).toBuffer();
  const data = await quiet()({ create: { width, height, channels: 3, background: PAPER } })
    .composite([
      { input: frame, left: 0, top: 0 },
      // What is drawn beyond the picture's edge is cut off at it.
      { input: svgOf(width, shown, marks.join('')), left: 0, top: 0 },
      { input: svgOf(width, height, captions.join('')), left: 0, top: 0 },
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
  return encodeWithin({ width, height, data }, maxBytes);
}

/** As good as fits: quality goes down first, then size. */
async function encodeWithin(image: RgbImage, maxBytes: number): Promise<RenderedSheet> {
  for (let scale = 1; ; scale *= 0.8) {
    const width = Math.max(1, Math.round(image.width * scale)),
      height = Math.max(1, Math.round(image.height * scale));
    for (const quality of [86, 76, 64, 50, 36]) {
      const data = await pixels(image).resize(width, height, { fit: 'fill' }).jpeg({ quality }).toBuffer();
      if (data.byteLength <= maxBytes || width * height === 1) return { data, width, height };
    }
  }
}

/** A face as a square of `side` pixels. */
async function square(jpeg: Uint8Array | null, side: number): Promise<Buffer> {
  const grey = { create: { width: side, height: side, channels: 3, background: '#3a3d44' } } as const;
  try {
    if (jpeg)
      return await quiet()(jpeg)
        .resize(side, side, { fit: 'cover' })
        .removeAlpha()
        .png({ compressionLevel: 0 })
        .toBuffer();
  } catch {
    // One crop that can't be read must not hide the others.
  }
  return quiet()(grey).png().toBuffer();
}

function numberMark(draw: DrawLine, number: number, x: number, y: number, colour: string): string {
  const width = 12 + 11 * String(number).length;
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="22" fill="#000" fill-opacity="0.75"/>` +
    draw(String(number), { x: x + 6, y: y + 17, size: 16, fill: colour, width, bold: true })
  );
}

function boxMark(draw: DrawLine, { x, y, w, h }: Box, label: string, colour: string, frameWidth: number): string {
  const rect = (stroke: string, width: number): string =>
    `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${w.toFixed(1)}" height="${h.toFixed(1)}" fill="none" stroke="${stroke}" stroke-width="${width}"/>`;
  const room = Math.min(frameWidth, 260),
    wide = Math.min(room, 12 + Math.ceil(10 * label.length));
  const left = Math.round(Math.min(Math.max(0, x), frameWidth - wide)),
    top = Math.round(y >= 22 ? y - 22 : Math.max(0, y + h));
  return (
    rect('#000', BOX_LINE + 2) +
    rect(colour, BOX_LINE) +
    `<rect x="${left}" y="${top}" width="${wide}" height="20" fill="#000" fill-opacity="0.75"/>` +
    draw(label, { x: left + 5, y: top + 15, size: 14, fill: colour, width: wide - 8, bold: true })
  );
}

function pixels({ width, height, data }: RgbImage): Sharp {
  return quiet()(data, { raw: { width, height, channels: 3 } });
}

/** As in images.ts: beside inference, which needs the cores and memory. */
function quiet(): typeof sharp {
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}
