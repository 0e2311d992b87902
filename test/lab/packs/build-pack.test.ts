/** npm run pack:build on a pack without projections, with small networks and drawn faces in the place of real ones. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageInfo } from '../../../src/config/package-info.js';
import { encodeJpeg } from '../../../src/media/pictures/images.js';
import { openPrepared } from '../../../src/weights/open-prepared.js';
import { loadPack, readMatrix } from '../../../src/vision/packs/pack.js';
import { arcfaceGraph, generator, scrfdGraph } from '../../support/networks/tiny-graphs.js';

/** The builder wants two people for each of 300 centroids. */
const CROWD = 605,
  LFW = 24;
const SIDE = 160,
  CELL = 8,
  AT = 40;
const root = packageInfo().root;
let folder: string;
const models = () => path.join(folder, 'models');

/** Where the detector looks for red a bright cell, and under it a face of 6 × 6 patches that are this person's own. */
function face(person: number, picture: number): Promise<Uint8Array> {
  const own = generator(1000 + person),
    chance = generator(person * 10 + picture),
    data = new Uint8Array(3 * SIDE * SIDE);
  const patches = Float32Array.from({ length: 36 * 2 }, () => own() * 200);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const p = (y * SIDE + x) * 3,
        u = Math.floor((x - AT) / 4),
        v = Math.floor((y - AT) / 4);
      if (u >= 0 && v >= 0 && u < 6 && v < 6)
        for (const c of [0, 1]) data[p + 1 + c] = (patches[(v * 6 + u) * 2 + c] ?? 0) + 50 * chance();
      if (x >= AT && y >= AT && x < AT + CELL && y < AT + CELL) data[p] = 255;
    }
  return encodeJpeg({ width: SIDE, height: SIDE, data }, 95);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-build-pack-'));
  for (const inside of ['models/packs', 'models/weights', 'eval/groups/all/all', 'eval/lfw/images'])
    await mkdir(path.join(folder, inside), { recursive: true });
  const {
    detector,
    embedders: [embedder = expect.unreachable()],
    ...rest
  } = await loadPack(path.join(root, 'models'), 'buffalo_l');
  const place = async (file: string, graph: Uint8Array) => {
    await writeFile(path.join(models(), 'weights', file), graph);
    return createHash('sha256').update(graph).digest('hex');
  };
  const seen = scrfdGraph({
    stride: 32,
    box: [0, 0, 3, 3],
    points: [0.9, 1, 2.1, 1, 1.5, 1.6, 1, 2.2, 2, 2.2],
    plane: 0,
  });
  await writeFile(
    path.join(models(), 'packs', 'buffalo_l.json'),
    JSON.stringify({
      ...rest,
      detector: { ...detector, weights: { ...detector.weights, sha256: await place('det_10g.onnx', seen) } },
      embedders: [
        { ...embedder, weights: { ...embedder.weights, sha256: await place('w600k_r50.onnx', arcfaceGraph()) } },
      ],
    }),
  );
  // Every other name is for measuring, by its hash.
  const names = Array.from({ length: 3 * CROWD }, (_, k) => `30_${k}.jpg`).filter(
    (name) => (createHash('sha256').update(name).digest()[0] ?? 0) % 2 === 0,
  );
  for (const [k, name] of names.slice(0, CROWD).entries())
    await writeFile(path.join(folder, 'eval', 'groups', 'all', 'all', name), await face(k, 1));
  await writeFile(path.join(folder, 'eval', 'groups', 'not-impostors.txt'), '');
  const pairs: string[] = [];
  for (let k = 0; k < LFW; k++) {
    const name = `P${k}`;
    await mkdir(path.join(folder, 'eval', 'lfw', 'images', name));
    for (const n of [1, 2])
      await writeFile(
        path.join(folder, 'eval', 'lfw', 'images', name, `${name}_000${n}.jpg`),
        await face(CROWD + k, n),
      );
    pairs.push(`${name}\t1\t2`);
  }
  await writeFile(path.join(folder, 'eval', 'lfw', 'pairs.txt'), `1\t${LFW}\n${pairs.join('\n')}\n`);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run pack:build', () => {
  it('leaves vectors as the network makes them, and measures the rest', async () => {
    const before = await loadPack(models(), 'buffalo_l');
    const { exitCode, stderr } = await execa(
      'npx',
      [
        'tsx',
        'lab/packs/build-pack.ts',
        '--pack',
        'buffalo_l',
        '--eval',
        path.join(folder, 'eval'),
        '--cache',
        path.join(folder, 'crops'),
        '--models',
        models(),
      ],
      { cwd: root, reject: false },
    );
    expect(exitCode, stderr).toBe(0);
    const after = await loadPack(models(), 'buffalo_l');
    expect(after.embedders).toEqual(before.embedders);
    expect(after.population).toMatchObject({ rows: 300, columns: 512 });
    expect(await readMatrix(models(), after.population ?? expect.unreachable())).toHaveLength(300 * 512);
    expect(after.calibration.set).toBe(
      `LFW, folds 1-5, ${(LFW * (LFW - 1)) / 2} impostor pairs (one picture of each person) and ${LFW} genuine pairs (at most 3 of each)`,
    );
    expect(after.norms.ample).toBeGreaterThan(1e-3);
    const pipeline = await openPrepared({ modelsDir: models(), packId: 'buffalo_l', threads: 1 });
    expect(pipeline.pack).toMatchObject({ dimensions: 512, population: { rows: 300 } });
    await pipeline.close();
    expect(
      JSON.parse(await readFile(path.join(models(), 'packs', 'data', 'buffalo_l.population.f32.json'), 'utf8')),
    ).toMatchObject({ columns: 512 });
  }, 240_000);
});
