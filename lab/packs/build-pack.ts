/**
 * Makes what a pack learns from faces, and writes it beside its manifest: the lossless projection of each network, the
 * population that scores are normalised by (unless its manifest names another pack's), and the calibration.
 *
 * usage: npm run pack:build -- --pack ID [--eval FOLDER] [--cache FOLDER] [--models FOLDER]
 * FOLDER (default ROLLCALL_EVAL) holds lfw/ and groups/ as described in CONTRIBUTING.md. The population is built from
 * the population half of groups/; LFW calibrates; the other half of groups/ is left for measuring.
 */
import { mkdtemp, readFile, rm, symlink, mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageInfo } from '../../src/config/package-info.js';
import { populationExcess, type Cohort } from '../../src/domain/scores/normalised-score.js';
import { dot, normalise } from '../../src/domain/vectors.js';
import { openPrepared } from '../../src/weights/open-prepared.js';
import { loadPack, packSchema, readMatrix, type Pack } from '../../src/vision/packs/pack.js';
import { evalFolder } from '../faces/eval-folder.js';
import { cropPictures, embedPictures, type EmbeddedPicture } from '../faces/embed-pictures.js';
import { groupedFaces, lfwPairs } from '../faces/data-sets.js';
import { calibrate, type CalibrationFace } from './calibration.js';
import { fourDigits } from './four-digits.js';
import { stackRows, writeMatrixFile } from './matrix-file.js';
import { buildPopulation } from './population.js';
import { principalProjection } from './projection.js';

/**
 * Numbers kept of each network's output; see lab/packs/projection.ts for what is lost (nothing that can be
 * measured).
 */
const KEPT: Readonly<Record<string, number>> = { A: 192, M: 64 };
/**
 * Population: how many centroids, people in each, how many nearest make m, and which share of adults' m is ordinary.
 */
const POPULATION = { centroids: 300, peopleEach: 8, nearest: 5, ordinary: 0.9, seed: 1 } as const;
/** Share of good portraits whose embedding is shorter than `norms.ample`. */
const AMPLE = 0.9;
const SEED_NOTE = 'npm run pack:build';

const { values } = parseArgs({
  options: {
    pack: { type: 'string' },
    eval: { type: 'string' },
    cache: { type: 'string' },
    models: { type: 'string' },
  },
});
if (!values.pack)
  throw new Error('usage: npm run pack:build -- --pack ID [--eval FOLDER] [--cache FOLDER] [--models FOLDER]');
const root = evalFolder(values.eval);
const cacheDir = values.cache ?? path.join(packageInfo().root, 'build', 'crops');
const modelsDir = path.resolve(values.models ?? path.join(packageInfo().root, 'models'));
const pack = await loadPack(modelsDir, values.pack);
const bare = await bareModels(modelsDir, pack);
const pipeline = await openPrepared({ modelsDir: bare, packId: pack.id, threads: os.availableParallelism() });
try {
  const pairs = await lfwPairs(path.join(root, 'lfw'));
  const lfwFiles = [...new Set(pairs.flatMap((p) => [p.a, p.b]))].sort();
  const { faces } = await groupedFaces(path.join(root, 'groups'));
  const embed = async (files: string[]) =>
    embedPictures(
      await cropPictures(files, pipeline, {
        cacheDir,
        version: pack.detector.weights.sha256,
        onProgress: (n) => process.stderr.write(`\r${n} of ${files.length} `),
      }),
      pipeline,
    );
  const lfw = await embed(lfwFiles),
    groups = isBorrowed(pack) ? [] : await embed(faces.map((f) => f.file));
  const fused = [...lfw, ...groups].flatMap((p) => (p.embedding ? [p.embedding.vector] : []));

  const packsDir = path.join(modelsDir, 'packs'),
    dataDir = path.join(packsDir, 'data');
  const matrices = new Map<string, Float32Array>();
  const embedders: Pack['embedders'] = [];
  for (const [k, e] of pack.embedders.entries()) {
    const block = pipeline.pack.blocks[k];
    const kept = KEPT[e.id];
    if (!block || kept === undefined) {
      embedders.push(e);
      continue;
    }
    const target = path.join(dataDir, `${e.id}.projection.f32`);
    // One projection a network, whatever the pack: made from the first pack that is built.
    const existing = e.projection ? await readFile(target).catch(() => null) : null;
    if (existing) {
      matrices.set(e.id, new Float32Array(Uint8Array.from(existing).buffer));
      embedders.push(e);
      continue;
    }
    const { matrix, rows, columns, energy } = principalProjection(
      fused.map((v) => unit(v.subarray(block.from, block.to))),
      kept,
    );
    matrices.set(e.id, matrix);
    embedders.push({
      ...e,
      projection: await writeMatrixFile(target, matrix, columns, {
        madeBy: SEED_NOTE,
        network: e.weights.sha256,
        faces: fused.length,
        rows,
        energy,
      }),
    });
  }
  const stored = (v: Float32Array) => project(v, pipeline.pack.blocks, matrices);

  const { population, cohort } = isBorrowed(pack) ? await borrowed(pack) : await buildOwn();

  const calibration = calibrate(asCalibrated(lfw, stored, cohort), pack.calibration);
  const norms = {
    ...pack.norms,
    ample: fourDigits(
      quantile(
        lfw.flatMap((p) => (p.embedding ? [p.embedding.norm] : [])),
        AMPLE,
      ),
    ),
  };
  const manifest = {
    ...pack,
    embedders,
    norms,
    population,
    calibration,
  };
  await writeFile(path.join(packsDir, `${pack.id}.json`), `${JSON.stringify(packSchema.parse(manifest), null, 2)}\n`);
  console.log(JSON.stringify(calibration.points, null, 2));

  async function buildOwn(): Promise<{ population: NonNullable<Pack['population']>; cohort: Cohort }> {
    const crowd = new Map<string, Float32Array[]>();
    groups.forEach((g, i) => {
      if (g.embedding && faces[i]?.half === 'population')
        crowd.set(path.basename(g.file), [stored(g.embedding.vector)]);
    });
    const averages = buildPopulation(crowd, POPULATION);
    const centroids = stackRows(averages);
    const columns = averages[0]?.length ?? 0;
    const described = await writeMatrixFile(path.join(dataDir, `${pack.id}.population.f32`), centroids, columns, {
      madeBy: SEED_NOTE,
      set: 'groups (UTKFace sample), population half',
      people: crowd.size,
      peoplePerCentroid: POPULATION.peopleEach,
      seed: POPULATION.seed,
    });
    const plain: Cohort = { centroids, rows: described.rows, nearest: POPULATION.nearest, floor: 0 };
    const means = lfw.flatMap((p) => (p.embedding ? [populationExcess(stored(p.embedding.vector), plain)] : []));
    const cohort: Cohort = { ...plain, floor: fourDigits(quantile(means, POPULATION.ordinary)) };
    const provenance = `${described.rows} averages of ${POPULATION.peopleEach} people each, out of ${crowd.size} people of UTKFace (population half)`;
    return { population: { ...described, nearest: POPULATION.nearest, floor: cohort.floor, provenance }, cohort };
  }
} finally {
  await pipeline.close();
  await rm(bare, { recursive: true, force: true });
}

/** A models folder with the pack as its networks print it: no projection, no population. */
async function bareModels(from: string, of: Pack): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rollcall-pack-'));
  await mkdir(path.join(folder, 'packs'));
  await symlink(path.join(from, 'weights'), path.join(folder, 'weights'));
  const plain = { ...of, population: undefined, embedders: of.embedders.map((e) => ({ ...e, projection: undefined })) };
  await writeFile(path.join(folder, 'packs', `${of.id}.json`), JSON.stringify(plain));
  return folder;
}

/** Whether a pack uses another's population, so that libraries of the two hold the same numbers. */
function isBorrowed({ id, population }: Pack): boolean {
  return population !== undefined && population.file !== `${id}.population.f32`;
}

async function borrowed({
  population,
}: Pack): Promise<{ population: NonNullable<Pack['population']>; cohort: Cohort }> {
  if (!population) throw new TypeError('no population');
  const { rows, nearest, floor } = population;
  return { population, cohort: { centroids: await readMatrix(modelsDir, population), rows, nearest, floor } };
}

function unit(v: Float32Array): Float32Array {
  const u = v.slice();
  normalise(u);
  return u;
}

/** A bare fused vector as the pack will store it: every network's block projected, normalised and weighed. */
function project(
  v: Float32Array,
  blocks: typeof pipeline.pack.blocks,
  by: ReadonlyMap<string, Float32Array>,
): Float32Array {
  const parts = blocks.map((b) => {
    const block = unit(v.subarray(b.from, b.to)),
      matrix = by.get(b.id);
    const out = matrix
      ? Float32Array.from({ length: matrix.length / block.length }, (_, r) =>
          dot(matrix.subarray(r * block.length, (r + 1) * block.length), block),
        )
      : block;
    normalise(out);
    return out.map((x) => x * Math.sqrt(b.weight));
  });
  const out = Float32Array.from(parts.flatMap((p) => [...p]));
  normalise(out);
  return out;
}

/** LFW's faces as the pack will store and score them. */
function asCalibrated(
  lfw: readonly EmbeddedPicture[],
  asStored: (v: Float32Array) => Float32Array,
  cohort: Cohort,
): CalibrationFace[] {
  return lfw.flatMap(({ file, embedding }) => {
    if (!embedding) return [];
    const vector = asStored(embedding.vector);
    return [{ person: path.basename(path.dirname(file)), vector, population_excess: populationExcess(vector, cohort) }];
  });
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * values.length)] ?? 0;
}
