/** A film's people: each one's pictures, the one that answers show first, and when they are on screen. */
import { writeFile } from 'node:fs/promises';
import sharp, { type OverlayOptions } from 'sharp';
import { CROP_SIDE, type Interval } from '../../src/domain/types.js';
import { lineDrawer, svgOf } from '../../src/media/pictures/sheet-text.js';
import type { Resources } from '../../src/services/resources.js';

const WIDTH = 1600,
  GAP = 6,
  LINE = 18;
/** Pictures of a person, at most. */
const PICTURES = Math.floor(WIDTH / (CROP_SIDE + GAP));

/** @returns the file, for chaining */
export async function drawPeople(resources: Resources, video_id: string, file: string): Promise<string> {
  const view = await resources.view([video_id]),
    library = await resources.library(),
    labels = await library.labels();
  const draw = await lineDrawer();
  const overlays: OverlayOptions[] = [],
    marks: string[] = [];
  let top = 0;
  for (const person of view.people) {
    const tracks = view.tracksOf(person).sort((a, b) => b.quality - a.quality);
    if (tracks.length === 0) continue;
    const times = tracks
      .flatMap((t) => t.presence)
      .sort((a, b) => a.start_s - b.start_s)
      .map(({ start_s, end_s }: Interval) => `${start_s.toFixed(1)}–${end_s.toFixed(1)}`);
    const told = `P${labels.get(person.identity_id) ?? '?'} q${tracks.map((t) => t.quality.toFixed(2)).join(' ')}: ${times.join(', ')}`;
    marks.push(draw(told, { x: 4, y: top + LINE - 4, size: 13, fill: '#f2f2f2', width: WIDTH - 8 }));
    const crops: Uint8Array[] = [];
    for (const { track_id } of tracks) crops.push(...(await library.pictures(track_id)).crops);
    for (const [i, crop] of crops.slice(0, PICTURES).entries())
      overlays.push({ input: Buffer.from(crop), left: i * (CROP_SIDE + GAP), top: top + LINE });
    top += LINE + CROP_SIDE + GAP;
  }
  const height = Math.max(LINE, top);
  overlays.push({ input: svgOf(WIDTH, height, marks.join('')), left: 0, top: 0 });
  const sheet = sharp({ create: { width: WIDTH, height, channels: 3, background: '#16181d' } }).composite(overlays);
  await writeFile(file, await sheet.png({ palette: true, quality: 95 }).toBuffer());
  return file;
}
