/** People of films: the tracks of each with pictures, how good those are, and how like the others they come out. */
import { writeFile } from 'node:fs/promises';
import sharp, { type OverlayOptions } from 'sharp';
import { CROP_SIDE, type Interval } from '../../src/domain/types.js';
import { type DrawLine, lineDrawer, svgOf } from '../../src/media/pictures/sheet-text.js';
import { scoresOfTracks } from '../../src/services/handover/appearance-scores.js';
import type { Resources } from '../../src/services/resources.js';

const WIDTH = 1600,
  GAP = 6,
  /** Between two tracks. */
  BETWEEN = 18,
  HEADING = 22,
  LINE = 15;
/** Pictures of a track that are drawn, at most. */
const PICTURES = 3;
const INK = '#f2f2f2',
  FAINT = '#b9bec9',
  /** Of a track that is less like the others of its person than strangers may be. */
  DOUBT = '#ff9a4a';

export interface DrawnTrack {
  quality: number;
  /** Mean score to the others of its person; null where there is no other. */
  score: number | null;
  /** When, and in which film. */
  when: string;
  /** JPEG files, best first. */
  crops: readonly Uint8Array[];
}

export interface DrawnPerson {
  label: string;
  /** Best first: the first picture of the first is the one that answers show. */
  tracks: readonly DrawnTrack[];
}

/** Everybody in these films, and last the tracks that are nobody's. */
export async function readPeople(
  resources: Resources,
  video_ids: readonly string[],
): Promise<{ people: DrawnPerson[]; threshold: number }> {
  const view = await resources.view(video_ids),
    library = await resources.library(),
    labels = await library.labels(),
    scores = await scoresOfTracks(library, view, view.people);
  const { points } = await resources.calibration();
  const nobodys = [...view.tracks.values()].filter(({ track_id }) => !view.ownerOf(track_id));
  const groups = [
    ...view.people.map((p) => ({
      label: p.name ?? `P${labels.get(p.identity_id) ?? '?'}`,
      tracks: view.tracksOf(p),
    })),
    { label: 'nobody', tracks: nobodys },
  ].filter(({ tracks }) => tracks.length > 0);
  const people: DrawnPerson[] = [];
  for (const { label, tracks } of groups) {
    const drawn: DrawnTrack[] = [];
    for (const { track_id, video_id, presence, quality } of tracks.sort((a, b) => b.quality - a.quality)) {
      const film = video_ids.length > 1 ? `${view.videos.get(video_id)?.title ?? video_id} ` : '';
      const { crops } = await library.pictures(track_id);
      drawn.push({ quality, score: scores.get(track_id) ?? null, when: `${film}${timesOf(presence)}`, crops });
    }
    people.push({ label, tracks: drawn });
  }
  return { people, threshold: points.balanced.threshold };
}

/** @param threshold scores below it are in doubt, and marked; @returns the file, for chaining */
export async function drawPeople(people: readonly DrawnPerson[], threshold: number, file: string): Promise<string> {
  const draw = await lineDrawer();
  const overlays: OverlayOptions[] = [],
    marks: string[] = [];
  let top = 0;
  for (const { label, tracks } of people) {
    marks.push(draw(label, { x: 4, y: top + HEADING - 6, size: 16, fill: INK, width: WIDTH - 8, bold: true }));
    top += HEADING;
    let left = 0;
    for (const track of tracks) {
      const crops = track.crops.slice(0, PICTURES),
        width = Math.max(1, crops.length) * (CROP_SIDE + GAP);
      if (left > 0 && left + width > WIDTH) {
        top += CROP_SIDE + 2 * LINE + GAP;
        left = 0;
      }
      for (const [i, crop] of crops.entries())
        overlays.push({ input: Buffer.from(crop), left: left + i * (CROP_SIDE + GAP), top });
      marks.push(linesBelow(track, threshold, { x: left + 2, y: top + CROP_SIDE + LINE - 3, width }, draw));
      left += width + BETWEEN;
    }
    top += CROP_SIDE + 2 * LINE + 2 * GAP;
  }
  const height = Math.max(HEADING, top);
  overlays.push({ input: svgOf(WIDTH, height, marks.join('')), left: 0, top: 0 });
  const sheet = sharp({ create: { width: WIDTH, height, channels: 3, background: '#16181d' } }).composite(overlays);
  await writeFile(file, await sheet.png({ palette: true, quality: 95 }).toBuffer());
  return file;
}

function linesBelow(
  { quality, score, when }: DrawnTrack,
  threshold: number,
  at: { x: number; y: number; width: number },
  draw: DrawLine,
): string {
  const told = `q${quality.toFixed(2)}${score === null ? '' : ` s${score.toFixed(2)}`}`;
  const fill = score !== null && score < threshold ? DOUBT : INK;
  return (
    draw(told, { ...at, size: 12, fill, bold: fill === DOUBT }) +
    draw(when, { ...at, y: at.y + LINE, size: 11, fill: FAINT })
  );
}

function timesOf(presence: readonly Interval[]): string {
  return presence.map(({ start_s, end_s }) => `${start_s.toFixed(1)}–${end_s.toFixed(1)}`).join(', ');
}
