/** Contact sheets of a film's frames, with what was found drawn in. */
import { writeFile } from 'node:fs/promises';
import sharp, { type OverlayOptions } from 'sharp';
import { iou } from '../../src/domain/faces/geometry.js';
import type { Box, Face } from '../../src/domain/types.js';
import { type DrawLine, lineDrawer, svgOf } from '../../src/media/pictures/sheet-text.js';
import type { Present, SeenFrame } from './read-frames.js';

/** Width of a sheet, pixels. */
const WIDTH = 1600;
const COLUMNS = 3,
  ROWS = 4;
const LINE = 17;
/** Whom the library has here, a face that may be embedded, one that was gated, somebody without a face here. */
const COLOUR = { present: '#4adeff', kept: '#8cff66', gated: '#ff9a4a', unseen: '#ff5a5a', ink: '#f2f2f2' } as const;
/** From this overlap on a face that the detector finds is the one that the library has there. */
const SAME = 0.2;

/** Cyan: where the library has somebody. Green or orange: what the detector sees here. @returns the files */
export async function drawFrames(frames: AsyncIterable<SeenFrame>, into: string): Promise<string[]> {
  const draw = await lineDrawer();
  const files: string[] = [];
  let cells: Buffer[] = [];
  const endSheet = async (): Promise<void> => {
    if (cells.length === 0) return;
    const file = `${into}-${files.length + 1}.png`;
    await writeFile(file, await sheetOf(cells));
    files.push(file);
    cells = [];
  };
  for await (const frame of frames) {
    cells.push(await cellOf(frame, draw));
    if (cells.length === COLUMNS * ROWS) await endSheet();
  }
  await endSheet();
  return files;
}

async function cellOf({ image, time_s, faces, present }: SeenFrame, draw: DrawLine): Promise<Buffer> {
  const width = Math.floor(WIDTH / COLUMNS),
    scale = width / image.width,
    height = Math.round(image.height * scale);
  const seen = faces.map((face) => ({ face, of: faceOf(face, present) }));
  const unseen = present.filter((p) => !seen.some(({ of }) => of === p));
  const marks = [
    ...seen.map(({ face, of }) => faceMark(face, of, scale, draw)),
    ...present.map(({ box, label }) => (box ? presentMark(box, label, scale, draw) : '')),
    draw(`${time_s.toFixed(1)} s`, { x: 6, y: height + LINE - 3, size: 13, fill: COLOUR.ink, width: 80 }),
    draw(unseen.length > 0 ? `no face here: ${unseen.map(({ label }) => label).join(', ')}` : '', {
      ...{ x: 90, y: height + LINE - 3, size: 13, fill: COLOUR.unseen, width: width - 100 },
    }),
  ];
  const { data } = image;
  const picture = await sharp(data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .resize(width, height, { fit: 'fill' })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp({ create: { width, height: height + LINE, channels: 3, background: '#16181d' } })
    .composite([
      { input: picture, left: 0, top: 0 },
      { input: svgOf(width, height + LINE, marks.join('')), left: 0, top: 0 },
    ])
    .png({ compressionLevel: 0 })
    .toBuffer();
}

function faceOf(face: Face, present: readonly Present[]): Present | undefined {
  const near = (p: Present): number => (p.box ? iou(p.box, face.box) : 0);
  return [...present].sort((p, q) => near(q) - near(p)).find((p) => near(p) >= SAME);
}

/** A thin box; below it the detector's score, and the quality or why the face is not embedded. */
function faceMark(
  { box, score, quality, gated }: Face,
  of: Present | undefined,
  scale: number,
  draw: DrawLine,
): string {
  const colour = gated ? COLOUR.gated : COLOUR.kept;
  const told = gated ? `${score.toFixed(2)} ${gated}` : `${score.toFixed(2)} q${quality.toFixed(2)}`;
  const at = { x: Math.max(2, box.x * scale), y: (box.y + box.h) * scale + 11, size: 10, fill: colour, width: 120 };
  return rectangle(box, scale, colour, 1) + draw(of ? told : `${told} nobody`, at);
}

function presentMark(box: Box, label: string, scale: number, draw: DrawLine): string {
  const at = { x: Math.max(2, box.x * scale), y: Math.max(13, box.y * scale - 3), size: 13, width: 120, bold: true };
  return rectangle(box, scale, COLOUR.present, 2) + draw(label, { ...at, fill: COLOUR.present });
}

function rectangle({ x, y, w, h }: Box, scale: number, colour: string, width: number): string {
  const [left, top, wide, high] = [x, y, w, h].map((side) => (side * scale).toFixed(1));
  return `<rect x="${left}" y="${top}" width="${wide}" height="${high}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
}

async function sheetOf(cells: readonly Buffer[]): Promise<Buffer> {
  const { width = 0, height = 0 } = await sharp(cells[0]).metadata();
  const overlays: OverlayOptions[] = cells.map((input, i) => ({
    ...{ input, left: (i % COLUMNS) * width, top: Math.floor(i / COLUMNS) * height },
  }));
  const sheet = { width: width * COLUMNS, height: height * Math.ceil(cells.length / COLUMNS) };
  return sharp({ create: { ...sheet, channels: 3, background: '#16181d' } })
    .composite(overlays)
    .png({ palette: true, quality: 95 })
    .toBuffer();
}
