/** Faces to look at, over stdio: what is in the picture is held against detector, footage and library. */
import { execFile } from 'node:child_process';
import { copyFile, readFile, rename, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadSettings } from '../../src/config/settings.js';
import { iou } from '../../src/domain/faces/geometry.js';
import type { Face } from '../../src/domain/types.js';
import { loadImage } from '../../src/media/pictures/images.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import type { FacePipeline } from '../../src/vision/pipeline.js';
import { pictureSource } from '../support/pictures/sources.js';
import { type Session, serverEnv } from './session.js';
import { clip, ffmpeg, indexedSchema, listedSchema, workplace } from './workplace.js';

/** As a file's name: breaks SVG, hides, turns the direction of reading, and is long. */
const HOSTILE = `<svg onload="x"> & ]]> \u202eeman\u202c שלום ${'very long '.repeat(12)}.mp4`;

interface Person {
  identity_id: string;
  track_ids: string[];
}
interface Shown {
  text: string;
  /** The lines of faces. */
  listed: string[];
  jpeg: Buffer;
}

const at = workplace();
let server: Session, pipeline: FacePipeline, home: string, file: string, video_id: string;
let people: Person[];
const person = (i: number): Person => people[i] ?? expect.unreachable('a person');

beforeAll(async () => {
  home = path.join(await at.folder(), 'home');
  file = path.join(await at.folder(), HOSTILE);
  await copyFile(clip('lounge.mp4'), file);
  // Decoded smaller than it is: boxes must still fit the footage.
  server = await at.stdio(home, { ROLLCALL_MAX_SIDE: '640' });
  ({ video_id } = await server.index({ source: file }, indexedSchema));
  await server.index({ source: clip('window.mp4') }, indexedSchema);
  const { identities } = await server.call('list_identities', { max_appearances: 50 }, listedSchema);
  people = identities.map((i) => ({
    identity_id: i.identity_id,
    track_ids: i.appearances.flatMap((a) => a.track_ids),
  }));
  const { modelsDir, pack } = loadSettings({ home }, {});
  pipeline = await openPrepared({ modelsDir, packId: pack, threads: 1 });
});
afterAll(() => pipeline.close());

/** Calls the tool; the picture is within every bound and there is nothing but text beside it. */
async function show(args: object, of = server): Promise<Shown> {
  const { content, structuredContent, isError } = await of.raw('show_faces', args);
  const [said, picture, ...more] = content;
  expect([isError, structuredContent, more], JSON.stringify(said)).toEqual([undefined, undefined, []]);
  if (said?.type !== 'text' || picture?.type !== 'image') return expect.unreachable('text and one picture');
  expect(picture.mimeType).toBe('image/jpeg');
  const jpeg = Buffer.from(picture.data, 'base64');
  expect(jpeg.byteLength).toBeLessThanOrEqual(300_000);
  const { format, width, height } = await sharp(jpeg).metadata();
  expect(format).toBe('jpeg');
  expect(Math.max(width, height)).toBeLessThanOrEqual(1200);
  const listed = said.text.split('\n').filter((line) => /^\d+\. /.test(line));
  expect(listed.map((line) => Number.parseInt(line, 10))).toEqual(listed.map((_, i) => i + 1));
  return { text: said.text, listed, jpeg };
}

async function facesIn(picture: string | Buffer): Promise<Face[]> {
  const source = typeof picture === 'string' ? picture : `data:image/jpeg;base64,${picture.toString('base64')}`;
  const { faces } = await pipeline.detect(await loadImage(await pictureSource(source)), {
    minScore: 0.6,
    detectorSide: 1280,
  });
  return faces.sort((a, b) => a.box.x - b.box.x);
}

/** The short name of a person or video in a line, which its first mention follows with the id. */
const labelIn = (line: string, letter: 'P' | 'V'): string => new RegExp(`\\b${letter}\\d+\\b`).exec(line)?.[0] ?? line;
/** Which of some tracks a line names by the beginning of its id. */
const trackIn = (line: string, among: readonly string[]): string | undefined =>
  among.find((id) => line.includes(/track_[a-z2-7]{10}/.exec(id)?.[0] ?? id));

describe('a sheet', () => {
  it('shows the faces of a person in each film, listed with their ids', async () => {
    const two = people.find((p) => p.track_ids.length >= 2) ?? expect.unreachable();
    const { listed, jpeg } = await show({ identity_ids: [two.identity_id] });
    expect(listed.length).toBeGreaterThanOrEqual(2);
    expect(listed[0]).toContain(`${labelIn(listed[0] ?? '', 'P')} ${two.identity_id}`);
    for (const line of listed) {
      expect(labelIn(line, 'P')).toBe(labelIn(listed[0] ?? '', 'P'));
      expect(trackIn(line, two.track_ids)).toBeDefined();
      expect(line).toMatch(/\d\d:\d\d:\d\d\.\d{3}, .*quality 0\.\d\d, score [01]\.\d{3}; \w+/);
      expect(line).not.toContain('\u202e');
    }
    expect(await facesIn(jpeg)).toHaveLength(listed.length);
  });

  it('shows two people side by side, and how alike they are', async () => {
    const { text, listed, jpeg } = await show({ identity_ids: [person(0).identity_id, person(1).identity_id] });
    const labels = [...new Set(listed.map((line) => labelIn(line, 'P')))];
    expect(labels).toHaveLength(2);
    for (const [i, label] of labels.entries()) expect(text).toContain(`${label} ${person(i).identity_id}`);
    expect(text).toMatch(/Most alike of the two people: 1 and \d+, score -?\d\.\d{3}; one person from \d/);
    expect(await facesIn(jpeg)).toHaveLength(listed.length);
  });

  it('shows tracks in the order asked for, at most as many as allowed', async () => {
    const ids = people.flatMap((p) => p.track_ids).reverse();
    const { listed, jpeg } = await show({ track_ids: ids, limit: 24 });
    expect(listed.map((line) => trackIn(line, ids))).toEqual(ids);
    expect(await facesIn(jpeg)).toHaveLength(ids.length);
    const short = await show({ track_ids: ids, limit: 2 });
    expect(short.listed).toHaveLength(2);
    expect(short.text).toContain(`${ids.length - 2} more not shown`);
  });

  it.each([
    [{}, 'bad_argument'],
    [{ video_id: 'video_x' }, 'unknown_id'],
    [{ identity_ids: ['identity_x'], track_ids: ['track_x'] }, 'bad_argument'],
    [{ identity_ids: ['identity_nobody'] }, 'unknown_id'],
    [{ track_ids: ['track_none'] }, 'unknown_id'],
    [{ video_id: 'video_none', time_s: 1 }, 'unknown_id'],
  ])('%j is %s', async (args, code) => {
    expect(await server.fails('show_faces', args)).toMatchObject({ code });
  });
});

describe('a moment', () => {
  // Inside a camera's move, too: there boxes are between two samples.
  it.each([0.6, 1.15, 6.13])('at %d s has a box around each face', async (time_s) => {
    const { listed, jpeg } = await show({ video_id, time_s });
    const still = await ffmpeg(
      ['-i', file, '-vf', `select=gte(t\\,${time_s - 0.001})`, '-frames:v', '1', '-update', '1'],
      path.join(await at.folder(), 'still.png'),
    );
    const faces = (await facesIn(still)).filter((f) => f.score > 0.9);
    expect(listed).toHaveLength(faces.length);
    const framed = await loadImage(await pictureSource(`data:image/jpeg;base64,${jpeg.toString('base64')}`));
    const boxes = framedBoxes(framed);
    for (const face of faces)
      expect(Math.max(...boxes.map((b) => iou(b, face.box))), JSON.stringify(face.box)).toBeGreaterThan(0.6);
  });

  it('is inside the video', async () => {
    expect(await server.fails('show_faces', { video_id, time_s: 99 })).toMatchObject({ code: 'bad_argument' });
  });

  it('shows stored faces when the file is gone, is another, or may not be read', async () => {
    const kept = `${file}.kept`;
    await rename(file, kept);
    try {
      const gone = await show({ video_id, time_s: 0.6 });
      expect(gone.text).toMatch(/gone, moved or damaged: .*stored faces/);
      expect(gone.listed).toHaveLength(3);
      expect(await facesIn(gone.jpeg)).toHaveLength(3);
      await copyFile(kept, file);
      await truncate(file, 1000);
      expect((await show({ video_id, time_s: 0.6 })).text).toContain('Another file lies in its place');
      await rm(file);
    } finally {
      await rename(kept, file);
    }
    const fenced = await at.stdio(home, { ROLLCALL_ALLOW_DIRS: home });
    expect((await show({ video_id, time_s: 0.6 }, fenced)).text).toContain('outside the folders');
  });
});

it('writes the same as a file at a terminal', async () => {
  const out = path.join(await at.folder(), 'sheet.jpg');
  const args = ['faces', video_id, '--at', '00:00:00.6', '-o', out];
  const { stdout } = await promisify(execFile)(process.execPath, [inject('bin'), ...args], { env: serverEnv(home) });
  expect(stdout).toContain(out);
  expect(await readFile(out)).toEqual((await show({ video_id, time_s: 0.6 })).jpeg);
});

/**
 * Boxes as they are drawn: the extents of each colour of line, in pixels of the picture. Labels have the same colour,
 * but are above: rows count only where the line is on both sides.
 */
function framedBoxes({ width, height, data }: { width: number; height: number; data: Uint8Array }) {
  const colours = [
    [255, 213, 74],
    [74, 222, 255],
    [255, 122, 200],
  ] as const;
  return colours.map((colour) => {
    const columns = new Map<number, number>();
    const near = (x: number, y: number): boolean =>
      colour.every((v, c) => Math.abs((data[3 * (y * width + x) + c] ?? 0) - v) < 40);
    for (let x = 0; x < width; x++) {
      let run = 0,
        longest = 0;
      for (let y = 0; y < height; y++) {
        run = near(x, y) ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
      columns.set(x, longest);
    }
    // The two sides are the columns in which the colour goes on longest.
    const tall = Math.max(...columns.values());
    const sides = [...columns].filter(([, run]) => run >= 0.85 * tall).map(([x]) => x);
    const left = Math.min(...sides),
      right = Math.max(...sides);
    let top = height,
      bottom = 0;
    for (let y = 0; y < height; y++) {
      const on = (x: number): boolean => [x - 1, x, x + 1].some((c) => near(c, y));
      if (on(left) && on(right)) [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    return { x: left, y: top, w: right - left, h: bottom - top };
  });
}
