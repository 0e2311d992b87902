/** Weights that a user put into place by hand: prepared at the first use, wherever there is room, and never again. */
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  COMPARING,
  networkFolders,
  PREPARATION,
  preparedFile,
  readNetwork,
  readComparing,
  type NetworkSource,
} from '../../src/vision/packs/networks.js';
import { sha256Of } from '../../src/vision/packs/pack.js';
import { ensurePrepared } from '../../src/weights/ensure-prepared.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import { prepareNetwork } from '../../src/weights/prepare-network.js';
import { HAND_PACK, HAND_WEIGHTS, placeByHand } from '../support/networks/hand-placed.js';

let folder: string, models: string, beside: string, own: string, folders: string[], networks: NetworkSource[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-prepared-'));
  models = path.join(folder, 'models');
  beside = path.join(models, 'weights');
  own = path.join(folder, 'own');
  folders = networkFolders(models, [own]);
  networks = await placeByHand(models);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ensure = () => ensurePrepared(models, folders, networks);
const there = async (at: string) => (await readdir(at).catch(() => [])).sort();
const names = () => [...networks.map((network) => preparedFile(network).name), ...COMPARING.map(({ name }) => name)];
const [detector, embedder] = [0, 1].map((at) => () => networks[at] ?? expect.unreachable()) as [
  () => NetworkSource,
  () => NetworkSource,
];

describe('ensurePrepared', () => {
  it('prepares beside the weights, once, with hashes that sha256sum reads', async () => {
    const made = await ensure();
    expect(made).toEqual(names().map((name) => path.join(beside, name)));
    for (const network of networks)
      expect(sha256Of(await readNetwork(models, folders, network))).toBe(
        sha256Of(prepareNetwork(network.role, HAND_WEIGHTS[network.role])),
      );
    for (const file of COMPARING) await readComparing(folders, file);
    const { name } = preparedFile(embedder());
    expect(await readFile(path.join(beside, `${name}.sha256`), 'utf8')).toBe(
      `${sha256Of(await readFile(path.join(beside, name)))}  ${name}\n`,
    );
    const before = await Promise.all(made.map((file) => stat(file)));
    expect(await ensure()).toEqual([]);
    expect((await Promise.all(made.map((file) => stat(file)))).map(({ ino }) => ino)).toEqual(
      before.map(({ ino }) => ino),
    );
    expect(await there(own)).toEqual([]);
  });

  it('needs the weights no longer', async () => {
    await ensure();
    for (const { weights } of networks) await rm(path.join(beside, weights.file));
    expect(await ensure()).toEqual([]);
    for (const network of networks) await readNetwork(models, folders, network);
  });

  it('prepares in the own folder where the models folder cannot be written, and finds it there again', async () => {
    // As root no folder is read-only, but nobody makes a folder below a file.
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    folders = networkFolders(path.join(file, 'models'), [own]);
    expect(await ensure()).toEqual(names().map((name) => path.join(own, name)));
    expect(await ensure()).toEqual([]);
    for (const network of networks) await readNetwork(models, folders, network);
  });

  it('says which folders to make writable when none is', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    folders = [path.join(file, 'a'), path.join(file, 'b')];
    await expect(ensure()).rejects.toMatchObject({
      code: 'missing_model',
      message: expect.stringMatching(/written into none of .*a, .*b: E/),
    });
  });

  it('makes whole files when several start at once, and leaves nothing else', async () => {
    await Promise.all([ensure(), ensure(), ensure()]);
    const hashes = networks.map((network) => `${preparedFile(network).name}.sha256`);
    expect(await there(beside)).toEqual([...names(), ...hashes, ...networks.map((n) => n.weights.file)].sort());
    for (const network of networks) await readNetwork(models, folders, network);
  });

  it('does not prepare damaged weights', async () => {
    await writeFile(path.join(beside, embedder().weights.file), 'damaged');
    await expect(ensure()).rejects.toMatchObject({ message: expect.stringMatching(/sface.* is damaged/) });
    await expect(readNetwork(models, folders, embedder())).rejects.toMatchObject({
      message: expect.stringMatching(/sface.* is damaged/),
    });
  });

  it('refuses what is not as the manifest records it', async () => {
    const sha256 = '0'.repeat(64);
    networks = networks.map(({ role, weights }) => ({
      role,
      weights: { ...weights, prepared: { by: PREPARATION[role], sha256 } },
    }));
    await expect(ensure()).rejects.toMatchObject({ message: expect.stringContaining(`not ${sha256}`) });
  });

  it('stops when asked to', async () => {
    const signal = AbortSignal.abort();
    await expect(ensurePrepared(models, folders, networks, signal)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a prepared network', () => {
  it('is another one for other weights, another preparation, or another use', () => {
    const { weights } = embedder();
    const { name } = preparedFile(embedder());
    expect(name).toContain(weights.sha256.slice(0, 16));
    expect(name).toContain(PREPARATION.embedder);
    expect(preparedFile({ role: 'embedder', weights: { ...weights, sha256: 'a'.repeat(64) } }).name).not.toBe(name);
    expect(preparedFile({ role: 'detector', weights }).name).not.toBe(name);
  });

  it('is not held to the hash of another preparation, as in a manifest copied from an older version', async () => {
    networks = networks.map(({ role, weights }) => ({
      role,
      weights: { ...weights, prepared: { by: `${role}-0`, sha256: '0'.repeat(64) } },
    }));
    await ensure();
    for (const network of networks) await readNetwork(models, folders, network);
  });

  it('that is damaged is refused, unless another folder has it whole', async () => {
    await ensure();
    const file = path.join(beside, preparedFile(detector()).name);
    const bytes = await readFile(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(readNetwork(models, folders, detector())).rejects.toMatchObject({
      code: 'missing_model',
      message: `The prepared network ${file} is damaged.`,
      hint: expect.stringContaining('Delete it'),
    });
    await ensurePrepared(models, [own], networks);
    await readNetwork(models, folders, detector());
    await rm(own, { recursive: true });
    await rm(file);
    expect(await ensure()).toEqual([file]);
  });
});

describe('openPrepared', () => {
  const crop = [new Uint8Array(112 * 112 * 3).fill(90)];

  it('takes weights placed by hand, and says once that it prepared them', async () => {
    const said: string[] = [];
    const logger = {
      info: (_: object, message: string) => void said.push(message),
      warn: (_: object, message: string) => void said.push(message),
    };
    const vectors: (Float32Array | undefined)[] = [];
    for (let start = 0; start < 2; start++) {
      const pipeline = await openPrepared(
        { modelsDir: models, packId: HAND_PACK, threads: 1, ownFolders: [own] },
        logger,
      );
      vectors.push((await pipeline.embed(crop))[0]?.vector);
      const set = () => ({ vectors: Float32Array.of(1, 0, 0.5, 0.75), excess: Float32Array.of(0, 0.25) });
      expect([...(await pipeline.scores(set()))]).toEqual([1, 0.375, 0.375, 0.5625]);
      await pipeline.close();
    }
    expect(vectors[0]).toHaveLength(128);
    expect(vectors[1]).toEqual(vectors[0]);
    expect(said).toEqual(Array<string>(2 + COMPARING.length).fill('network prepared, once'));
  });

  it('opens all the same when nothing can be prepared: the first face says why', async () => {
    await writeFile(path.join(beside, detector().weights.file), 'damaged');
    const said: unknown[] = [];
    const pipeline = await openPrepared(
      { modelsDir: models, packId: HAND_PACK, threads: 1 },
      { info: () => undefined, warn: (fields, message) => void said.push(message, fields) },
    );
    expect(said).toEqual([
      expect.stringContaining('could not prepare'),
      { code: 'missing_model', err: expect.objectContaining({ message: expect.stringMatching(/yunet.* is damaged/) }) },
    ]);
    expect(pipeline.pack.id).toBe(HAND_PACK);
    await expect(pipeline.embed(crop)).rejects.toMatchObject({ message: expect.stringMatching(/yunet.* is damaged/) });
    await pipeline.close();
  });
});
