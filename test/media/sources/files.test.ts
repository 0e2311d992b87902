import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash, downloadVideo, listFootage } from '../../../src/media/sources/files.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { matching } from '../../support/matching.js';
import { Source } from '../../../src/media/sources/source.js';
import { fileSource, folderSource, urlSource } from '../../support/pictures/sources.js';

const BODY = Buffer.from('a video, let us say. '.repeat(20_000));
let files: Workspace;
let server: Server;
let base: string;
beforeAll(async () => {
  files = await workspace();
  server = createServer((request, response) => {
    if (request.url?.startsWith('/clip'))
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': BODY.length }).end(BODY);
    else if (request.url === '/short') {
      response
        .writeHead(200, { 'content-type': 'video/mp4', 'content-length': BODY.length })
        .write(BODY.subarray(0, 1000), () => response.destroy());
    } else if (request.url === '/dripping') {
      response.writeHead(200, { 'content-type': 'video/mp4' });
      const drip = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drip));
    } else if (request.url === '/unannounced') response.writeHead(200).end(BODY);
    else if (request.url === '/page')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>');
    else if (request.url === '/playlist')
      response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end('#EXTM3U');
    else response.writeHead(200, { 'content-type': 'video/mp4' }).write('x');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await files.remove();
});

describe('contentHash', () => {
  it('is the sha256 of the whole file', async () => {
    await writeFile(files.path('hashed'), BODY);
    expect(await contentHash(await fileSource(files.path('hashed')))).toBe(
      createHash('sha256').update(BODY).digest('hex'),
    );
  });

  it('fails for what is not there, and stops when asked to', async () => {
    await expect(fileSource(files.path('nothing')).then((file) => contentHash(file))).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(contentHash(await fileSource(files.path('hashed')), AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('listFootage', () => {
  it('finds videos in all folders, sorted, without hidden files and links', async () => {
    const names = ['b.mp4', 'a/c.MKV', 'a/b/d.webm', 'a/notes.txt', '.hidden.mp4', '.trash/e.mp4', 'ümläut.mov'];
    for (const name of names) {
      await mkdir(files.path(`library/${name}/..`), { recursive: true });
      await writeFile(files.path(`library/${name}`), '');
    }
    await symlink(files.path('library'), files.path('library/a/loop'));
    await symlink('/etc/passwd', files.path('library/passwd.mp4'));
    await symlink('/etc/passwd', files.path('library/passwd.txt'));
    await mkdir(files.path('library/z.mp4'));
    expect(await listFootage(await folderSource(files.path('library')))).toEqual({
      files: ['a/b/d.webm', 'a/c.MKV', 'b.mp4', 'ümläut.mov'].map((name) => files.path(`library/${name}`)),
      passedOver: ['a/loop', 'passwd.mp4'].map((name) => ({ path: files.path(`library/${name}`), why: 'link' })),
    });
  });

  it('names what is called like a video and is no file', async () => {
    await mkdir(files.path('closed'));
    await promisify(execFile)('mkfifo', [files.path('closed/a.mp4')]);
    await writeFile(files.path('closed/b.mp4'), '');
    await writeFile(Buffer.concat([Buffer.from(files.path('closed/n')), Buffer.from([0xff]), Buffer.from('.mp4')]), '');
    const { files: found, passedOver } = await listFootage(await folderSource(files.path('closed')));
    expect(found).toEqual([files.path('closed/b.mp4')]);
    expect(passedOver).toEqual([
      { path: files.path('closed/a.mp4'), why: 'special' },
      { path: files.path('closed/n\ufffd.mp4'), why: 'name' },
    ]);
  });

  it('names photos that nothing here reads, but for those with a readable one beside them', async () => {
    await mkdir(files.path('camera'));
    for (const name of ['a.CR2', 'b.dng', 'b.JPG', 'c.jxl', 'M2U0.MOD', 'd.svg', 'e.pdf'])
      await writeFile(files.path(`camera/${name}`), '');
    expect(await listFootage(await folderSource(files.path('camera')))).toEqual({
      files: ['M2U0.MOD', 'b.JPG'].map((name) => files.path(`camera/${name}`)),
      passedOver: ['a.CR2', 'c.jxl'].map((name) => ({ path: files.path(`camera/${name}`), why: 'unread' })),
    });
  });

  it('fails for a folder that is not there', async () => {
    await expect(folderSource(files.path('no-folder')).then((folder) => listFootage(folder))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('downloadVideo', () => {
  const limits = { maxBytes: 10_000_000, timeoutMs: 2000, allowPrivate: true };

  it('puts the whole file under a name that belongs to the URL, and tells its progress', async () => {
    const into = files.path('downloads');
    const told: [number, number | null][] = [];
    const load = async (query: string, more = {}) =>
      Source.locationOf(
        await downloadVideo(await urlSource(`${base}/clip%20one.mp4?${query}`), into, { ...limits, ...more }),
      );
    const path = await load('x=1', {
      onProgress: (...step: [number, number | null]) => told.push(step),
    });
    expect(BODY.equals(await readFile(path))).toBe(true);
    expect(path).toMatch(/\.mp4$/);
    expect(told.at(-1)).toEqual([BODY.length, BODY.length]);
    expect(await load('x=1')).toBe(path);
    expect(await load('x=2')).not.toBe(path);
  });

  it.each([
    { path: '/clip.mp4', limits: { maxBytes: 1000 }, code: 'too_large' },
    { path: '/unannounced', limits: { maxBytes: 1000 }, code: 'too_large' },
    { path: '/short', limits: {}, code: 'unreachable' },
    { path: '/silent', limits: { timeoutMs: 200 }, code: 'unreachable' },
    { path: '/page', limits: {}, code: 'not_a_video' },
    { path: '/playlist', limits: {}, code: 'forbidden' },
    { path: '/clip.mp4', limits: { allowPrivate: false }, code: 'forbidden' },
  ])('leaves nothing behind when it fails: $path, $code', async ({ path, limits: special, code }) => {
    const into = files.path('failed');
    await expect(
      downloadVideo(await urlSource(`${base}${path}`), into, { ...limits, ...special }),
    ).rejects.toMatchObject({
      code,
      hint: matching(/\w{4}/),
    });
    expect(await readdir(into).catch(() => [])).toEqual([]);
  });

  it.each([
    ['/short', /closed the connection before all had come/],
    ['/silent', /no answer for 0.5 s/],
  ])('says why %s broke off', async (at, why) => {
    const loading = downloadVideo(await urlSource(`${base}${at}`), files.path('broken'), { ...limits, timeoutMs: 500 });
    await expect(loading).rejects.toMatchObject({ code: 'unreachable', message: matching(why) });
  });

  it('does not wait for a server that drips', async () => {
    const into = files.path('dripped');
    const loading = downloadVideo(await urlSource(`${base}/dripping`), into, {
      ...limits,
      ...{ timeoutMs: 1500, leastRate: 1000 },
    });
    await expect(loading).rejects.toMatchObject({ code: 'unreachable', message: matching(/too slowly/) });
    expect(await readdir(into)).toEqual([]);
  });

  it('stops when the signal aborts', async () => {
    const controller = new AbortController();
    const loading = downloadVideo(
      await urlSource(`${base}/silent`),
      files.path('aborted'),
      { ...limits, onProgress: () => controller.abort() },
      controller.signal,
    );
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(files.path('aborted'))).toEqual([]);
  });
});
