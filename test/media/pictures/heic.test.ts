/** HEIC pictures made by libheif, read by libheif. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HeicReader, heicReader, readHeic } from '../../../src/media/pictures/heic.js';
import { confineTools } from '../../../src/media/ffmpeg/sandbox.js';
import { loadImage, openPhoto } from '../../../src/media/pictures/images.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { hasHeif, makeHeic } from '../../support/pictures/heic.js';
import { fileSource } from '../../support/pictures/sources.js';
import { systemTools } from '../../support/servers/tools.js';

const NOWHERE: HeicReader = { program: '/nowhere/heif-dec', args: (from, to) => [from, to], turns: true };

let files: Workspace;
beforeAll(async () => {
  files = await workspace();
  await mkdir(files.path('temporary'));
  vi.stubEnv('TMPDIR', files.path('temporary'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  return files.remove();
});

/** Blue with a red left side, which EXIF data that a reader of HEIC has to ignore call its top. */
async function jpeg(name: string, width: number): Promise<string> {
  const file = files.path(name);
  await sharp({ create: { width, height: 200, channels: 3, background: 'blue' } })
    .composite([{ input: { create: { width: 60, height: 200, channels: 3, background: 'red' } }, left: 0, top: 0 }])
    .withExif({ IFD2: { DateTimeOriginal: '2019:05:02 14:03:22', OffsetTimeOriginal: '+02:00' } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toFile(file);
  return file;
}

async function heic(name: string, widths: readonly number[]): Promise<string> {
  const pictures = await Promise.all(widths.map((width) => jpeg(`${width}-for-${name}.jpg`, width)));
  return makeHeic(files.path(name), pictures);
}

/** What readers left where they write. */
function leftOver(): Promise<string[]> {
  return readdir(files.path('temporary'));
}

const { sandbox } = await confineTools(await systemTools(), 'auto');

describe.runIf(sandbox !== undefined)('in a sandbox', () => {
  const inside = (line: (from: string, to: string) => string): HeicReader => ({
    program: 'sh',
    args: (from, to) => ['-c', line(from, to)],
    turns: true,
  });
  const read = async (...readers: HeicReader[]) =>
    (await readHeic(Buffer.from('picture'), 'a.heic', { sandbox, readers })).jpeg.toString();

  it('a reader sees the picture and the system, and writes what it makes of it alone', async () => {
    const [secret, made] = [files.path('secret.txt'), files.path('made.txt')];
    await writeFile(secret, 'secret');
    const curious = inside(
      (from, to) => `cat ${from} ${secret} > ${to}; echo x > ${made}; cat /proc/1/environ >> ${to}`,
    );
    await expect(read(curious)).rejects.toMatchObject({ code: 'not_an_image' });
    expect(await read(inside((from, to) => `cat ${from} ${secret} > ${to}; echo x > ${made}; true`))).toBe('picture');
    expect(await leftOver()).toEqual([]);
    await expect(readFile(made)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('one that is not there is passed over, one that lies elsewhere is shown', async () => {
    const own = files.path('own-reader');
    await writeFile(own, '#!/bin/sh\ncp "$1" "$2"\n', { mode: 0o755 });
    expect(await read(NOWHERE, { program: own, args: (from, to) => [from, to], turns: true })).toBe('picture');
  });

  it.runIf(hasHeif)('libheif reads a picture', async () => {
    const file = await fileSource(await heic('inside.heic', [300]));
    const found = vi.fn(() => Promise.resolve(sandbox));
    expect(await loadImage(file, { findSandbox: found })).toMatchObject({ width: 300, height: 200 });
    expect(found).toHaveBeenCalledOnce();
  });
});

describe.runIf(hasHeif)('a HEIC picture', () => {
  it('is read with its colours, its date and as it lies', async () => {
    const source = await fileSource(await heic('one.heic', [300]));
    const { image, ...photo } = await (await openPhoto(source)).decode();
    expect(photo).toEqual({ width: 300, height: 200, taken_at: '2019-05-02T14:03:22+02:00', pages: 1 });
    const { data, width } = await image.pixels();
    const at = (x: number) => [...data.subarray((100 * width + x) * 3, (100 * width + x) * 3 + 3)];
    const off = (found: number[], wanted: number[]) =>
      Math.max(...found.map((v, i) => Math.abs(v - (wanted[i] ?? NaN))));
    expect([off(at(30), [255, 0, 0]), off(at(200), [0, 0, 255])].map((by) => by < 12)).toEqual([true, true]);
    expect(await loadImage(source, { maxSide: 150 })).toMatchObject({ width: 150, height: 100, scale: 0.5 });
  });

  it('of several pictures is the first, and says how many there are', async () => {
    const source = await fileSource(await heic('two.heic', [300, 320]));
    const { width, pages } = await (await openPhoto(source)).decode();
    expect({ width, pages }).toEqual({ width: 300, pages: 2 });
  });

  it('that is too large is refused', async () => {
    const source = await fileSource(await heic('large.heic', [300]));
    await expect(loadImage(source, { maxPixels: 59_999 })).rejects.toMatchObject({ code: 'too_large' });
  });

  it('that is cut off is told so, and nothing of it stays', async () => {
    const whole = await readFile(await heic('whole.heic', [300]));
    const cut = files.path('cut.heic');
    await writeFile(cut, whole.subarray(0, whole.length - 400));
    await expect(loadImage(await fileSource(cut))).rejects.toMatchObject({
      code: 'not_an_image',
      message: expect.stringMatching(/cut\.heic is a HEIC picture that heif-\w+ can't read: \S/) as string,
    });
    expect(await leftOver()).toEqual([]);
  });
});

it('is not asked for an AVIF picture that begins as HEIC does', async () => {
  const avif = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'red' } })
    .avif()
    .toBuffer();
  avif.write('mif1', 8, 'latin1');
  const file = files.path('picture.avif');
  await writeFile(file, avif);
  const source = await fileSource(file);
  vi.stubEnv('TMPDIR', '/nowhere');
  await expect(loadImage(source).finally(() => vi.stubEnv('TMPDIR', files.path('temporary')))).resolves.toMatchObject({
    width: 64,
  });
});

it('says what to install where nothing reads HEIC', async () => {
  await expect(readHeic(Buffer.from('x'), 'a.heic', { readers: [NOWHERE] })).rejects.toMatchObject({
    code: 'not_an_image',
    hint: expect.stringContaining('libheif') as string,
  });
});

it('asks the next reader where one is not there, and takes what it wrote', async () => {
  const copying: HeicReader = { program: '/bin/cp', args: (from, to) => [from, to], turns: true };
  const read = await readHeic(Buffer.from('picture'), 'a.heic', { readers: [NOWHERE, copying] });
  expect(read).toEqual({ jpeg: Buffer.from('picture'), isUpright: true, pages: 1 });
});

it('knows which reader would be asked', async () => {
  const there: HeicReader = { program: '/bin/true', args: (from, to) => [from, to], turns: true };
  expect(await heicReader([NOWHERE, there])).toBe('true');
  expect(await heicReader([NOWHERE])).toBeNull();
});

it('ends with whoever asked', async () => {
  const stop = new AbortController();
  const waiting: HeicReader = {
    program: '/bin/sh',
    args: () => ['-c', 'echo started; sleep 600'],
    turns: true,
  };
  const reading = readHeic(Buffer.from('x'), 'a.heic', { readers: [waiting] }, stop.signal);
  stop.abort();
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  expect(await leftOver()).toEqual([]);
});
