/** EXIF data as somebody writes it who means harm, in real JPEG files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPhoto } from '../../../src/media/pictures/images.js';
import { fileSource } from '../../support/pictures/sources.js';

/** TIFF tags and types. */
const TAG = { orientation: 0x112, exif: 0x8769, gps: 0x8825, date: 0x9003, latitude: 2 } as const;
const ASCII = 2,
  SHORT = 3,
  LONG = 4;

interface Entry {
  tag: number;
  type: number;
  count: number;
  value: number;
}

/** A big-endian TIFF: directories at the places they are asked for at, then bytes. */
function tiff(
  directories: readonly { at: number; entries: readonly Entry[]; next?: number }[],
  texts: readonly { at: number; bytes: Buffer }[] = [],
): Buffer {
  const out = Buffer.alloc(4096);
  out.write('MM\0*', 'latin1');
  out.writeUInt32BE(directories[0]?.at ?? 8, 4);
  for (const { at, entries, next = 0 } of directories) {
    out.writeUInt16BE(entries.length, at);
    for (const [i, { tag, type, count, value }] of entries.entries()) {
      const place = at + 2 + 12 * i;
      out.writeUInt16BE(tag, place);
      out.writeUInt16BE(type, place + 2);
      out.writeUInt32BE(count, place + 4);
      if (type === SHORT) out.writeUInt16BE(value, place + 8);
      else out.writeUInt32BE(value, place + 8);
    }
    out.writeUInt32BE(next, at + 2 + 12 * entries.length);
  }
  for (const { at, bytes } of texts) bytes.copy(out, at);
  return out;
}

const link = (tag: number, at: number): Entry => ({ tag, type: LONG, count: 1, value: at });
const dated = (count: number, at = 1000): Entry => ({ tag: TAG.date, type: ASCII, count, value: at });
const written = (text: string) => [{ at: 1000, bytes: Buffer.from(`${text}\0`, 'utf8') }];
/** One whose date is as it is written. */
function saying(text: string): Buffer {
  const exif = { at: 200, entries: [dated(Buffer.byteLength(text) + 1)] };
  return tiff([{ at: 8, entries: [link(TAG.exif, 200)] }, exif], written(text));
}

const REAL = '2019:05:02 14:03:22';
const cases: [string, Buffer, string | null][] = [
  ['a date', saying(REAL), '2019-05-02T14:03:22'],
  ['a date that ends in letters that turn the line round', saying(`${REAL}\u202e\u2066evil`), '2019-05-02T14:03:22'],
  ['a date that ends in control characters', saying(`${REAL}\x1b[2J\r\n\x07`), '2019-05-02T14:03:22'],
  ['a date that begins with them', saying(`\u202e${REAL}`), null],
  ['a date with them inside', saying('2019:05:02\x1b14:03:22'), null],
  ['the year 0', saying('0000:01:01 00:00:00'), null],
  ['the year 9999', saying('9999:12:31 23:59:59'), null],
  ['a directory that is its own next one', tiff([{ at: 8, entries: [link(TAG.exif, 8)], next: 8 }]), null],
  [
    'directories that go round',
    tiff(
      [
        { at: 8, entries: [link(TAG.exif, 200)], next: 200 },
        { at: 200, entries: [link(TAG.exif, 8), dated(20)], next: 8 },
      ],
      written(REAL),
    ),
    '2019-05-02T14:03:22',
  ],
  [
    'a date of four thousand million letters',
    tiff([
      { at: 8, entries: [link(TAG.exif, 200)] },
      { at: 200, entries: [dated(0xffffffff)] },
    ]),
    null,
  ],
  [
    'a date that lies outside',
    tiff([
      { at: 8, entries: [link(TAG.exif, 200)] },
      { at: 200, entries: [dated(20, 0xfffffff0)] },
    ]),
    null,
  ],
  ['a directory that lies outside', tiff([{ at: 8, entries: [link(TAG.exif, 0xfffffff0)] }]), null],
  [
    '65,535 tags that are not there',
    (() => {
      const t = tiff([{ at: 8, entries: [link(TAG.exif, 8)] }]);
      t.writeUInt16BE(0xffff, 8);
      return t;
    })(),
    null,
  ],
  [
    'an orientation that there is not',
    tiff([{ at: 8, entries: [{ tag: TAG.orientation, type: SHORT, count: 1, value: 9 }] }]),
    null,
  ],
];

let folder: string, jpeg: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-exif-'));
  jpeg = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The picture with EXIF data in segments of at most 64 kB each, as JPEG has them. */
async function picture(name: string, segments: readonly Buffer[]) {
  const parts = segments.map((exif) => {
    const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]);
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([head, body]);
  });
  const file = path.join(folder, `${name.replaceAll(/\W/g, '_')}.jpg`);
  await writeFile(file, Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]));
  return fileSource(file);
}

it.each(cases)('%s', async (name, exif, taken_at) => {
  const photo = await (await openPhoto(await picture(name, [exif]))).decode();
  expect(photo).toMatchObject({ width: 60, height: 40, taken_at });
});

it('20 MB of tags', async () => {
  const junk = Buffer.alloc(65_000, saying(REAL));
  const photo = await (
    await openPhoto(await picture('junk', [saying(REAL), ...Array.from({ length: 300 }, () => junk)]))
  ).decode();
  expect(photo).toMatchObject({ width: 60, height: 40 });
});

it('100 MB of tags are too large a picture, told before any is read', async () => {
  const junk = Buffer.alloc(65_000, 'x');
  const source = await picture(
    'more junk',
    Array.from({ length: 1600 }, () => junk),
  );
  await expect(openPhoto(source)).rejects.toMatchObject({ code: 'too_large' });
});

it('says nothing of where it was taken', async () => {
  const gps = { at: 300, entries: [{ tag: TAG.latitude, type: ASCII, count: 20, value: 1100 }] };
  const bytes = tiff(
    [{ at: 8, entries: [link(TAG.exif, 200), link(TAG.gps, 300)] }, { at: 200, entries: [dated(20)] }, gps],
    [...written(REAL), { at: 1100, bytes: Buffer.from('52.5200, 13.4050') }],
  );
  const { image: _, ...photo } = await (await openPhoto(await picture('gps', [bytes]))).decode();
  expect(photo).toEqual({ width: 60, height: 40, taken_at: '2019-05-02T14:03:22', pages: 1 });
});
