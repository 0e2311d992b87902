/** Draws what the server found, with faces and frames out of the videos themselves. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import sharp from 'sharp';
import type { PersonTruth } from '../measures/presence.js';
import type { Box } from '../../src/domain/types.js';
import { placeFaces } from '../footage/placement.js';
import type { CastMember } from '../footage/people.js';
import { playingAt, type FootageSet } from '../footage/scene.js';
import type { Findings, SeenIdentity } from './ask.js';
import type { Report } from './checks.js';
import { FRAMES_PER_CLIP, PAGE_WIDTH, timelineSvg, type TimelineClip, type TimelineRow } from './timeline-svg.js';

export interface DrawOptions {
  /** A .png or .jpg. */
  file: string;
  /** Folder of the set's videos. */
  footage: string;
  ffmpeg: string;
}

/** Writes the page at twice its size, for dense screens. */
export async function drawResult(
  findings: Findings,
  report: Report,
  truth: readonly PersonTruth[],
  set: FootageSet,
  people: ReadonlyMap<string, CastMember>,
  { file, footage, ffmpeg }: DrawOptions,
  signal: AbortSignal,
): Promise<void> {
  const frame = async (video: string, time_s: number): Promise<Buffer> => {
    const { stdout } = await execa(
      ffmpeg,
      [
        '-v',
        'error',
        '-nostdin',
        '-ss',
        time_s.toFixed(3),
        '-i',
        path.join(footage, video),
        '-frames:v',
        '1',
        '-f',
        'image2pipe',
        '-c:v',
        'png',
        'pipe:1',
      ],
      { encoding: 'buffer', cancelSignal: signal },
    );
    return Buffer.from(stdout);
  };
  const clips = await Promise.all(
    findings.videos.map(async ({ name, duration_s }): Promise<TimelineClip> => {
      const times = Array.from({ length: FRAMES_PER_CLIP }, (_, i) => (duration_s * (i + 0.5)) / FRAMES_PER_CLIP);
      const frames: string[] = [];
      for (const time of times)
        frames.push(
          dataUrl(
            await sharp(await frame(name, time))
              .resize({ height: 120 })
              .jpeg({ quality: 88 })
              .toBuffer(),
          ),
        );
      return { name, duration_s, frames };
    }),
  );

  const rows: TimelineRow[] = [];
  for (const { person, identity, true_s } of report.rows) {
    const found = findings.identities.find(({ id }) => id === identity);
    const known = truth.find(({ id }) => id === person)?.sure ?? new Map();
    const clipsIn = [...(found?.appearances.keys() ?? [])].length;
    rows.push({
      title: person.replaceAll('-', ' '),
      subtitle: found
        ? `${found.seconds.toFixed(1)} s in ${clipsIn} clip${clipsIn === 1 ? '' : 's'}`
        : `not found (${true_s.toFixed(1)} s)`,
      face: found ? await faceOf(found, person) : null,
      found: found?.appearances ?? new Map(),
      known,
    });
  }

  /** The best face as the video shows it; where in the frame it is the placement knows. */
  async function faceOf({ best }: SeenIdentity, person: string): Promise<string | null> {
    const scene = best && set.scenes.find(({ name }) => name === best.video);
    if (!best || !scene) return null;
    const playing = playingAt(scene, Math.round(best.time_s * scene.fps))[0];
    const placed =
      playing && placeFaces(scene, playing.shot, playing.at_s, people).find((face) => face.person.id === person);
    if (!placed) return null;
    const { left, top, side } = squareAround(placed.box, scene.width, scene.height);
    return dataUrl(
      await sharp(await frame(best.video, best.time_s))
        .extract({ left, top, width: side, height: side })
        .resize(140, 140)
        .jpeg({ quality: 90 })
        .toBuffer(),
    );
  }

  const seconds = findings.videos.reduce((s, v) => s + v.duration_s, 0),
    passed = report.checks.every(({ ok }) => ok);
  const { svg } = timelineSvg({
    title: 'Who is in this footage, and when',
    subtitle: `${findings.videos.length} clips, ${seconds.toFixed(0)} s: ${findings.identities.length} people found, followed across cuts and clips${passed ? '; every check against the known truth holds' : ''}`,
    clips,
    rows,
  });
  const page = sharp(Buffer.from(svg), { density: 144 }).resize({ width: 2 * PAGE_WIDTH });
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(
    file,
    await (file.endsWith('.png')
      ? page.png({ palette: true, quality: 90 })
      : page.jpeg({ quality: 84, mozjpeg: true })
    ).toBuffer(),
  );
}

/** A square 1.5 times as high as the face, pushed inside the frame. */
function squareAround({ x, y, w, h }: Box, width: number, height: number): { left: number; top: number; side: number } {
  const side = Math.floor(Math.min(1.5 * h, width, height));
  const inside = (at: number, limit: number) => Math.round(Math.max(0, Math.min(limit - side, at)));
  return { left: inside(x + w / 2 - side / 2, width), top: inside(y + h / 2 - side / 2, height), side };
}

function dataUrl(jpeg: Buffer): string {
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
