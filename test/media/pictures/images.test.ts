import { readFileSync, truncateSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cropJpeg,
  decodeJpeg,
  encodeJpeg,
  loadImage,
  openImage,
  squareAround,
} from '../../../src/media/pictures/images.js';
import { X264, type Workspace, workspace } from '../../support/pictures/clips.js';
import { movable } from '../../../src/vision/workers/worker-messages.js';
import { matching } from '../../support/matching.js';
import { pictureSource } from '../../support/pictures/sources.js';

let files: Workspace;
let jpeg: string;
let server: Server;
let base: string;
beforeAll(async () => {
  files = await workspace();
  // Stored lying down, to be shown with a quarter turn clockwise: its red left side is the top.
  jpeg = files.path('portrait.jpg');
  await sharp({ create: { width: 300, height: 200, channels: 3, background: 'blue' } })
    .composite([{ input: { create: { width: 60, height: 200, channels: 3, background: 'red' } }, left: 0, top: 0 }])
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(jpeg);
  server = createServer((request, response) => {
    if (request.url === '/ok.jpg') response.writeHead(200, { 'content-type': 'image/jpeg' }).end(readFileSync(jpeg));
    else if (request.url === '/moved') response.writeHead(302, { location: '/ok.jpg' }).end();
    else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (request.url === '/nowhere') response.writeHead(302, { location: 'https://[no' }).end();
    else if (request.url === '/page')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html><img src="ok.jpg"></html>');
    else if (request.url === '/elsewhere') response.writeHead(302, { location: 'ftp://example.org/a.jpg' }).end();
    else if (request.url === '/endless') {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65536)));
      };
      response.on('drain', more);
      more();
    } else if (request.url === '/silent') response.writeHead(200).write('x');
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await files.remove();
});

function pixel(image: { width: number; data: Uint8Array }, x: number, y: number): number[] {
  return [...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
}

describe('loadImage', () => {
  it('reads a path, a file URL, a data URL and a web address alike, upright', async () => {
    const data = `data:image/jpeg;base64,${readFileSync(jpeg).toString('base64')}`;
    for (const source of [jpeg, pathToFileURL(jpeg).href, data, `${base}/ok.jpg`, `${base}/moved`]) {
      const image = await loadImage(await pictureSource(source), { allowPrivate: true });
      expect(image).toMatchObject({ width: 200, height: 300, scale: 1 });
      expect(image.data).toHaveLength(200 * 300 * 3);
      expect(pixel(image, 100, 20)[0]).toBeGreaterThan(200);
      expect(pixel(image, 100, 280)[2]).toBeGreaterThan(200);
    }
  });

  it('scales down, and says by how much', async () => {
    expect(await loadImage(await pictureSource(jpeg), { maxSide: 150 })).toMatchObject({
      width: 100,
      height: 150,
      scale: 0.5,
    });
  });

  it('gives three channels whatever the picture has', async () => {
    const transparent = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const grey = await sharp(Buffer.alloc(64, 100), { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toBuffer();
    const deep = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'lime' } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const ink = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    for (const [bytes, colour] of [
      [transparent, [255, 255, 255]],
      [grey, [100, 100, 100]],
      [deep, [0, 255, 0]],
      [ink, [255, 255, 255]],
    ] as const) {
      const image = await loadImage(await pictureSource(`data:;base64,${bytes.toString('base64')}`));
      expect(image.data).toHaveLength(8 * 8 * 3);
      pixel(image, 4, 4).forEach((value, i) => expect(Math.abs(value - (colour[i] ?? 0))).toBeLessThan(4));
    }
  });

  const refused: {
    what: string;
    source: () => string | Promise<string>;
    code: string;
    message: RegExp;
    limits?: object;
  }[] = [
    {
      what: 'a drawing behind a comment',
      source: () => `data:,<!-- ${'x'.repeat(500)} --><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`,
      code: 'not_an_image',
      message: /SVG/,
    },
    { what: 'no file', source: () => files.path('none.jpg'), code: 'not_found', message: /no file/ },
    { what: 'a folder', source: () => files.folder, code: 'bad_argument', message: /folder/ },
    {
      what: 'a text',
      source: async () => {
        await writeFile(files.path('a.txt'), 'hello');
        return files.path('a.txt');
      },
      code: 'not_an_image',
      message: /not a picture/,
    },
    {
      what: 'an empty file',
      source: async () => {
        await writeFile(files.path('e.jpg'), '');
        return files.path('e.jpg');
      },
      code: 'not_an_image',
      message: /0 bytes/,
    },
    {
      what: 'half a picture',
      source: async () => {
        await copyFile(jpeg, files.path('half.jpg'));
        truncateSync(files.path('half.jpg'), 1200);
        return files.path('half.jpg');
      },
      code: 'not_an_image',
      message: /damaged/,
    },
    {
      what: 'a drawing',
      source: () => 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      code: 'not_an_image',
      message: /SVG/,
    },
    {
      what: 'an animated AVIF',
      source: () => `data:;base64,${Buffer.from('\0\0\0\x1cftypavis\0\0\0\0avismsf1').toString('base64')}`,
      code: 'not_an_image',
      message: /an animated AVIF picture, which cannot be read here/,
    },
    {
      what: 'a video',
      source: () => files.make('v.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=1', ...X264]),
      code: 'not_an_image',
      message: /is a video/,
    },
    {
      what: 'a large video',
      source: () => files.make('v.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=10:d=1', ...X264]),
      limits: { maxBytes: 1000 },
      code: 'not_an_image',
      message: /is a video/,
    },
    {
      what: 'too many bytes',
      source: () => jpeg,
      limits: { maxBytes: 100 },
      code: 'too_large',
      message: /larger than/,
    },
    {
      what: 'too many pixels',
      source: () => jpeg,
      limits: { maxPixels: 10_000 },
      code: 'too_large',
      message: /200 × 300 pixels/,
    },
    {
      what: 'a pixel bomb',
      source: () => `data:image/png;base64,${bomb().toString('base64')}`,
      code: 'too_large',
      message: /60000 × 60000/,
    },
    { what: 'plain http', source: () => 'http://example.org/a.jpg', code: 'forbidden', message: /https/ },
    { what: 'another protocol', source: () => 'ftp://example.org/a.jpg', code: 'forbidden', message: /https/ },
    { what: 'this machine', source: () => 'https://127.0.0.1/a.jpg', code: 'forbidden', message: /private/ },
    { what: 'this machine by name', source: () => 'https://localhost/a.jpg', code: 'forbidden', message: /private/ },
    {
      what: 'this machine in IPv6',
      source: () => 'https://[::ffff:127.0.0.1]/a.jpg',
      code: 'forbidden',
      message: /private/,
    },
    {
      what: 'a missing page',
      source: () => `${base}/none`,
      limits: { allowPrivate: true },
      code: 'unreachable',
      message: /404/,
    },
    {
      what: 'a redirect to another protocol',
      source: () => `${base}/elsewhere`,
      limits: { allowPrivate: true },
      code: 'forbidden',
      message: /https/,
    },
    {
      what: 'a redirect loop',
      source: () => `${base}/loop`,
      limits: { allowPrivate: true },
      code: 'unreachable',
      message: /redirects/,
    },
    {
      what: 'a redirect to what is no address',
      source: () => `${base}/nowhere`,
      limits: { allowPrivate: true },
      code: 'unreachable',
      message: /redirects to "https:\/\/\[no", which is no address/,
    },
    {
      what: 'a web page',
      source: () => `${base}/page`,
      limits: { allowPrivate: true },
      code: 'not_an_image',
      message: /a web page, not a picture/,
    },
    {
      what: 'an endless answer',
      source: () => `${base}/endless`,
      limits: { allowPrivate: true, maxBytes: 1_000_000 },
      code: 'too_large',
      message: /larger/,
    },
    {
      what: 'an answer that stops',
      source: () => `${base}/silent`,
      limits: { allowPrivate: true, timeoutMs: 200 },
      code: 'unreachable',
      message: /0\.2 s/,
    },
  ];
  it.each(refused)('refuses $what with a next step', async ({ source, code, message, limits }) => {
    const given = await source();
    await expect(pictureSource(given).then((found) => loadImage(found, limits))).rejects.toMatchObject({
      name: 'RollcallError',
      code,
      message: matching(message),
      hint: matching(/\w{4}/),
    });
  });

  it('stops when the signal aborts', async () => {
    const controller = new AbortController();
    const reading = loadImage(await pictureSource(`${base}/silent`), { allowPrivate: true }, controller.signal);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });
});

it('gives pixels away as often as it is asked, each time in memory that may be moved', async () => {
  const bytes = await sharp(Buffer.alloc(6 * 4 * 3, 90), { raw: { width: 6, height: 4, channels: 3 } })
    .png()
    .toBuffer();
  const source = await pictureSource(`data:image/png;base64,${bytes.toString('base64')}`);
  const image = await openImage(source, { maxSide: 3 });
  expect(image).toMatchObject({ width: 3, height: 2, scale: 0.5 });
  for (let time = 0; time < 3; time++) {
    const { data } = await image.pixels();
    expect([...new Set(data)]).toEqual([90]);
    structuredClone(data, { transfer: movable(data) });
    expect(data).toHaveLength(0);
  }
});

describe('JPEG thumbnails', () => {
  const image = { width: 100, height: 60, data: new Uint8Array(100 * 60 * 3) };
  for (let y = 20; y < 40; y += 1) for (let x = 70; x < 90; x += 1) image.data.set([255, 0, 0], (y * 100 + x) * 3);

  it('come back as they were', async () => {
    const back = await decodeJpeg(await encodeJpeg(image, 95));
    expect(back).toMatchObject({ width: 100, height: 60 });
    expect(pixel(back, 80, 30)[0]).toBeGreaterThan(230);
    expect(pixel(back, 20, 30)[0]).toBeLessThan(20);
  });

  it('are squares around a box, inside the picture', async () => {
    expect(squareAround(image, { x: 70, y: 20, w: 20, h: 20 }, 0.25)).toEqual({
      left: 65,
      top: 15,
      width: 30,
      height: 30,
    });
    expect(squareAround(image, { x: 90, y: -5, w: 20, h: 20 }, 0.5)).toEqual({
      left: 60,
      top: 0,
      width: 40,
      height: 40,
    });
    expect(squareAround(image, { x: 0, y: 0, w: 100, h: 60 }, 1)).toEqual({ left: 20, top: 0, width: 60, height: 60 });
    const crop = await decodeJpeg(
      await cropJpeg(image, { x: 70, y: 20, w: 20, h: 20 }, { padding: 0.25, side: 60, quality: 90 }),
    );
    expect(crop).toMatchObject({ width: 60, height: 60 });
    expect(pixel(crop, 30, 30)[0]).toBeGreaterThan(230);
    expect(pixel(crop, 3, 3)[0]).toBeLessThan(30);
  });
});

/** The header of a PNG of 60 000 × 60 000 pixels, and hardly a pixel. */
function bomb(): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000ea600000ea600802000000', 'hex');
  const table = Array.from({ length: 256 }, (_, n) =>
    Array.from({ length: 8 }).reduce<number>((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n),
  );
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(
    (header.subarray(12).reduce<number>((c, byte) => (table[(c ^ byte) & 255] ?? 0) ^ (c >>> 8), 0xffffffff) ^
      0xffffffff) >>>
      0,
  );
  return Buffer.concat([
    header,
    crc,
    Buffer.from('0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082', 'hex'),
  ]);
}
