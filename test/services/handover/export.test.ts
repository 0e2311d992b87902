/** What is written out of a real library with real films, and where. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { parseCsv } from '../../../src/domain/csv.js';
import { createExportService, type ExportService } from '../../../src/services/handover/export.js';
import { exportRequestShape } from '../../../src/services/requests/export.js';
import { createShortIds } from '../../../src/services/library/short-ids.js';
import { otioTimeline } from '../../domain/handover/otio-schema.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { type FilmedLibrary, filmedLibrary } from '../../support/libraries/filmed-library.js';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let files: Workspace, made: FilmedLibrary, service: ExportService, folder: string;
beforeAll(async () => {
  files = await workspace();
  made = await filmedLibrary(files);
  service = createExportService(made.resources, createShortIds(made.resources));
  folder = files.path('out');
  await mkdir(folder);
});
afterAll(async () => {
  await made.close();
  await files.remove();
});

const ask = (request: z.input<z.ZodObject<typeof exportRequestShape>>) =>
  service.export(z.strictObject(exportRequestShape).parse(request));
const at = (name: string): string => path.join(folder, name);

describe('what', () => {
  it('is everybody who is not ignored, with how sure it is', async () => {
    const answer = await ask({ format: 'json', out: at('all.json') });
    expect(answer).toMatchObject({ people: 2, videos: 2, appearances: 4 });
    expect(answer.seconds).toBeCloseTo(2 + 2 + 0.5 + 1.5, 5);
    expect(answer.left_out).toEqual(['1 ignored identities']);
    const said = answer.uncertainty.join('\n');
    // One of Ada's faces is like nobody's; Ben has but one; half of the second film was not looked at.
    expect(said).toMatch(/1 of 4 appearances are in doubt.*below 0\.\d{3}/);
    expect(said).toMatch(/1 of 4 appearances have no score/);
    expect(said).toContain('Looked at in part only: second.mp4');
    expect(said).toMatch(/exact to 0\.20 s/);
    const json: unknown = JSON.parse(await readFile(at('all.json'), 'utf8'));
    expect(json).toMatchObject({
      made_by: expect.stringMatching(/^rollcall-mcp \d/) as unknown,
      videos: [
        { video_id: made.films[0], timecode: '10:00:00;00' },
        { title: 'second.mp4', timecode: null },
      ],
    });
  });

  it('is one person, in one film', async () => {
    const { ada } = made.people;
    const answer = await ask({ format: 'vtt', identity_ids: [ada], video_ids: [made.films[1]] });
    expect(answer).toMatchObject({ appearances: 1, videos: 1, files: [] });
    expect(answer.content).toMatch(
      /^WEBVTT\n\nNOTE Ada: second\.mp4\n\nNOTE Looked at 50 %.*\n\n1\n00:00:00\.000 --> 00:00:01\.500\nAda\n$/,
    );
  });

  it('is a pair, while both are there', async () => {
    const { ada, ben } = made.people;
    const answer = await ask({ format: 'csv', identity_ids: [ada, ben], together: true, out: at('pair.csv') });
    expect(answer).toMatchObject({ appearances: 1, seconds: 1, people: 2 });
    const text = await readFile(at('pair.csv'), 'utf8');
    expect(text.startsWith('\uFEFF')).toBe(true);
    const [, row] = parseCsv(text);
    expect(row?.fields.slice(2, 11)).toEqual([
      expect.stringMatching(/^Ada; P\d$/) as unknown,
      `${ada}; ${ben}`,
      ...['2', '3', '1', '10:00:01;29', '10:00:03;00', '59', '31'],
    ]);
    await expect(ask({ format: 'csv', identity_ids: [ada], together: true })).rejects.toMatchObject({
      code: 'bad_argument',
    });
  });

  it('is nothing where nobody is', async () => {
    const answer = await ask({ format: 'chapters', identity_ids: [made.people.ben], video_ids: [made.films[1]] });
    expect(answer).toMatchObject({ appearances: 0, people: 0, left_out: [expect.stringContaining('1 video of 1:')] });
    expect(answer.content).toMatch(/^WEBVTT/);
  });
});

describe('where', () => {
  it('several films are a file each, in a folder that is made', async () => {
    const answer = await ask({ format: 'edl', out: at('lists') });
    expect(answer.files.map((f) => [path.basename(f.path), f.entries])).toEqual([
      ['first.mov.edl', 3],
      ['second.mp4.edl', 1],
    ]);
    const list = await readFile(path.join(folder, 'lists', 'first.mov.edl'), 'utf8');
    expect(list).toMatch(/^TITLE: first\.mov\nFCM: DROP FRAME\n\n001 {2}AX {7}V {5}C {8}10:00:00;29 10:00:01;00 /);
    await expect(ask({ format: 'edl', out: at('one.edl') })).rejects.toMatchObject({ code: 'bad_argument' });
    expect(existsSync(at('one.edl'))).toBe(false);
  });

  it('replaces a file only when told, and only one of its own kind', async () => {
    const first = await ask({ format: 'otio', out: at('a.otio') });
    await expect(ask({ format: 'otio', out: at('a.otio') })).rejects.toMatchObject({ code: 'bad_argument' });
    expect(await ask({ format: 'otio', out: at('a.otio'), overwrite: true })).toEqual(first);
    const timeline = otioTimeline.parse(JSON.parse(await readFile(at('a.otio'), 'utf8')));
    const [clip] = timeline.tracks.children[0]?.children ?? [];
    expect(clip?.media_references.DEFAULT_MEDIA?.target_url).toMatch(/^file:\/\/\/.*first\.mov$/);
    await writeFile(at('film.mp4'), 'a film');
    for (const out of [at('film.mp4'), at('new.txt'), at('b.csv')])
      await expect(ask({ format: 'otio', out, overwrite: true })).rejects.toMatchObject({ code: 'bad_argument' });
    expect(await readFile(at('film.mp4'), 'utf8')).toBe('a film');
    // Nothing half written stays.
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('stays in the allowed folders, whatever links say, and out of the library', async () => {
    const outside = path.join(path.dirname(files.folder), `outside-${path.basename(files.folder)}.csv`);
    await symlink(outside, at('link.csv'));
    const { home } = made.resources.settings;
    for (const out of [outside, at('link.csv'), at('../../x.csv'), path.join(home, 'x.csv'), `file://${outside}`])
      await expect(ask({ format: 'csv', out, overwrite: true }), out).rejects.toMatchObject({ code: 'forbidden' });
    expect(existsSync(outside)).toBe(false);
    await expect(ask({ format: 'csv', out: at('no/such/a.csv') })).rejects.toMatchObject({ code: 'not_found' });
    await expect(ask({ format: 'csv', out: 'https://example.com/a.csv' })).rejects.toMatchObject({
      code: 'bad_argument',
    });
  });

  it('answers itself only when it is short, and what is not is refused before faces and files are read', async () => {
    const library = await made.resources.library();
    const vectors = vi.spyOn(library, 'vectors').mockRejectedValue(new Error('faces are read'));
    const ffmpeg = (): Promise<never> => Promise.reject(new Error('a file is opened'));
    const closed = createExportService({ ...made.resources, ffmpeg }, createShortIds(made.resources));
    await expect(closed.export({ format: 'otio' })).rejects.toMatchObject({
      code: 'too_large',
      hint: expect.stringMatching(/\{out\}.*fewer films \(\{video_ids\}\)/) as unknown,
    });
    // What fits is told with its scores.
    await expect(closed.export({ format: 'vtt' })).rejects.toThrow('faces are read');
    vectors.mockRestore();
  });
});

describe('stills', () => {
  it('are faces and frames, and a table of them', async () => {
    const answer = await ask({ format: 'stills', identity_ids: [made.people.ada], out: at('stills'), limit: 2 });
    expect(answer.left_out.join()).toContain('1 more faces');
    expect(answer.files).toHaveLength(5);
    const [, ...rows] = parseCsv(await readFile(path.join(folder, 'stills', 'index.csv'), 'utf8'));
    expect(rows.map((row) => row.fields.slice(0, 3))).toEqual([
      ['Ada/01 first.mov 00-00-01.200 face.jpg', 'face', 'Ada'],
      ['Ada/01 first.mov 00-00-01.200 frame.jpg', 'frame', 'Ada'],
      ['Ada/02 second.mp4 00-00-00.200 face.jpg', 'face', 'Ada'],
      ['Ada/02 second.mp4 00-00-00.200 frame.jpg', 'frame', 'Ada'],
    ]);
    const size = async (i: number) => {
      const { width, height } = await sharp(path.join(folder, 'stills', rows[i]?.fields[0] ?? '')).metadata();
      return [width, height];
    };
    // Cut out of the footage: the box with a margin.
    expect([await size(0), await size(1)]).toEqual([
      [144, 144],
      [320, 180],
    ]);
    await expect(ask({ format: 'stills', identity_ids: [made.people.ada], out: at('stills') })).rejects.toMatchObject({
      code: 'bad_argument',
    });
  });

  it('are the stored faces where the film is gone', async () => {
    const file = files.path('second.mp4');
    await rename(file, `${file}.away`);
    try {
      const only = { identity_ids: [made.people.ada], video_ids: [made.films[1]] };
      const answer = await ask({ format: 'stills', ...only, out: at('gone') });
      expect(answer.files).toHaveLength(2);
      expect(answer.left_out.join()).toMatch(/second\.mp4: Its file is gone/);
      expect((await sharp(answer.files[1]?.path).metadata()).width).toBe(112);
    } finally {
      await rename(`${file}.away`, file);
    }
  });

  it.each([[{ format: 'stills' }], [{ format: 'stills', out: 'x' }]] as const)('%j is not enough', async (request) => {
    await expect(ask(request)).rejects.toMatchObject({ code: 'bad_argument' });
  });
});
