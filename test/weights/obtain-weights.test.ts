import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { preparedFile, type NetworkSource } from '../../src/vision/packs/networks.js';
import { sha256Of, type Weights } from '../../src/vision/packs/pack.js';
import { networksToObtain, obtainNetwork, obtainWeights } from '../../src/weights/obtain-weights.js';
import { arcfaceGraph } from '../support/networks/tiny-graphs.js';

const BODY = Buffer.from('weights, let us say. '.repeat(20_000));
const NETWORK = arcfaceGraph();
const models = path.join(import.meta.dirname, '..', '..', 'models');
let server: Server,
  base: string,
  folder: string,
  requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests++;
    const whole = { 'content-length': BODY.length };
    if (request.url === '/moved') response.writeHead(302, { location: '/cdn/file' }).end();
    else if (request.url === '/cdn/file') response.writeHead(200, whole).end(BODY);
    else if (request.url === '/unannounced') response.writeHead(200).end(BODY);
    else if (request.url === '/short')
      response.writeHead(200, whole).write(BODY.subarray(0, 1000), () => response.destroy());
    else if (request.url === '/pointer') response.writeHead(200).end('version https://git-lfs.github.com/spec/v1\n');
    else if (request.url === '/network') response.writeHead(200).end(NETWORK);
    else if (request.url === '/silent') response.writeHead(200, whole).write('x');
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-weights-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const weights = (url: string): Weights => ({
  file: 'net.onnx',
  sha256: createHash('sha256').update(BODY).digest('hex'),
  licence: 'ours',
  source: { kind: 'url', url },
});
const options = { allowPrivate: true, timeoutMs: 5000 };
const there = () =>
  readdir(path.join(folder, 'weights')).then(
    (names) => names.sort(),
    () => [],
  );

describe('obtainWeights from an address', () => {
  it('follows redirects, checks the hash, and asks no second time', async () => {
    expect(await obtainWeights(folder, weights(`${base}/moved`), options)).toMatch(
      /^net\.onnx: 0\.4 MB from http:\/\/127\.0\.0\.1:\d+\/\S* \(licence: ours\)$/,
    );
    expect(BODY.equals(await readFile(path.join(folder, 'weights', 'net.onnx')))).toBe(true);
    expect(await there()).toEqual(['net.onnx']);
    const before = requests;
    expect(await obtainWeights(folder, weights(`${base}/moved`), options)).toBeNull();
    expect(requests).toBe(before);
  });

  it('replaces a damaged file', async () => {
    await mkdir(path.join(folder, 'weights'));
    await writeFile(path.join(folder, 'weights', 'net.onnx'), 'damaged');
    await obtainWeights(folder, weights(`${base}/unannounced`), options);
    expect(BODY.equals(await readFile(path.join(folder, 'weights', 'net.onnx')))).toBe(true);
  });

  it.each([
    { url: '/nothing', message: /answered 404/ },
    { url: '/pointer', message: /what came \(43 bytes\) has sha256/ },
    { url: '/short', message: /aborted|closed|reset/ },
    { url: '/silent', special: { timeoutMs: 200 }, message: /net\.onnx/ },
    { url: '/cdn/file', special: { maxBytes: 1000 }, message: /larger than/ },
    { url: '/unannounced', special: { maxBytes: 1000 }, message: /larger than/ },
    { url: '/cdn/file', special: { allowPrivate: false }, message: /not opened, only https/ },
  ])(
    'leaves nothing behind when it fails, and says how to do it by hand: $url $special',
    async ({ url, special, message }) => {
      const address = `${base}${url}`;
      const failure = await obtainWeights(folder, weights(address), { ...options, ...special }).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        code: 'missing_model',
        message: expect.stringMatching(message),
        hint: expect.stringContaining(path.join(folder, 'weights')),
      });
      expect(failure).toMatchObject({ message: expect.stringContaining(address) });
      expect(await there()).toEqual([]);
    },
  );

  it('says so where no host can be reached', async () => {
    await expect(obtainWeights(folder, weights('https://weights.invalid/net.onnx'))).rejects.toMatchObject({
      code: 'missing_model',
      message: expect.stringMatching(/https:\/\/weights\.invalid\/net\.onnx: weights\.invalid could not be reached/),
      hint: expect.stringMatching(/machine that reaches weights\.invalid.*licence: ours/),
    });
  });

  it('stops when asked to', async () => {
    const controller = new AbortController();
    const loading = obtainWeights(folder, weights(`${base}/silent`), options, controller.signal);
    setImmediate(() => controller.abort());
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
    expect(await there()).toEqual([]);
  });
});

describe('networksToObtain', () => {
  it('is what npm and the repository have, unless a pack is named', async () => {
    await cp(path.join(models, 'packs'), path.join(folder, 'packs'), { recursive: true });
    const unasked = await networksToObtain(folder, []);
    expect(unasked.length).toBeGreaterThan(0);
    expect(unasked.filter(({ weights: { source } }) => source.kind === 'url')).toEqual([]);
    const asked = await networksToObtain(folder, ['buffalo_l', 'yunet-sface']);
    expect(
      asked.map(({ role, weights: { file, source } }) => [
        role,
        file,
        source.kind === 'url' && source.url.startsWith('https://'),
      ]),
    ).toEqual([
      ['detector', 'det_10g.onnx', true],
      ['embedder', 'w600k_r50.onnx', true],
      ['detector', 'face_detection_yunet_2023mar.onnx', true],
      ['embedder', 'face_recognition_sface_2021dec.onnx', true],
    ]);
    await expect(networksToObtain(folder, ['nope'])).rejects.toMatchObject({ code: 'missing_model' });
  });
});

describe('obtainNetwork', () => {
  const source = (): NetworkSource => ({
    role: 'embedder',
    weights: { ...weights(`${base}/network`), sha256: sha256Of(NETWORK) },
  });

  it('prepares what it fetched, once, and again when that is damaged', async () => {
    const { name } = preparedFile(source());
    expect(await obtainNetwork(folder, source(), options)).toEqual([
      expect.stringMatching(/^net\.onnx: \d\.\d MB from /),
      `${name}: prepared`,
    ]);
    expect(await there()).toEqual([name, `${name}.sha256`, 'net.onnx']);
    // The prepared network is all that is needed.
    await rm(path.join(folder, 'weights', 'net.onnx'));
    const before = requests;
    expect(await obtainNetwork(folder, source(), options)).toEqual([]);
    expect(requests).toBe(before);
    await writeFile(path.join(folder, 'weights', name), 'damaged');
    expect(await obtainNetwork(folder, source(), options)).toHaveLength(2);
    expect(await obtainNetwork(folder, source(), options)).toEqual([]);
  });
});
