/**
 * Makes what a pack learns from faces, and writes it beside its manifest: the lossless projection of each network, the
 * population that scores are normalised by, and the calibration.
 *
 * usage: npm run pack:build -- --pack ID [--eval FOLDER] [--cache FOLDER]
 * FOLDER (default ROLLCALL_EVAL) holds lfw/ and groups/ as described in CONTRIBUTING.md. The population is built from the
 * population half of groups/; LFW calibrates; the other half of groups/ is left for measuring.
 */
import { mkdtemp, readFile, rm, symlink, mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageInfo } from '../../src/config/package-info.js';
import { evenPoint } from '../../src/domain/calibrate.js';
import { falseAccepts, falseRejects, scoresOf, thresholdAtFar, type Scores } from '../../src/domain/evaluation/verification.js';
import { normalisedScore, populationExcess, type Cohort } from '../../src/domain/scoring.js';
import { dot, normalise } from '../../src/domain/vectors.js';
import { openPipeline } from '../../src/vision/open-pipeline.js';
import { loadPack, type Pack } from '../../src/vision/pack.js';
import { evalFolder } from '../faces/eval-folder.js';
import { cropPictures, embedPictures, type EmbeddedPicture } from '../faces/embed-pictures.js';
import { groupedFaces, lfwPairs } from '../faces/data-sets.js';
import { stackRows, writeMatrixFile } from './matrix-file.js';
import { buildPopulation } from './population.js';
import { principalProjection } from './projection.js';

/** Numbers kept of each network's output; see scripts/packs/projection.ts for what is lost (nothing that can be measured). */
const KEPT: Readonly<Record<string, number>> = { A: 192, M: 64 };
/** Population: how many centroids, people in each, how many nearest make m, and which share of adults' m is ordinary. */
const POPULATION = { centroids: 300, peopleEach: 8, nearest: 5, ordinary: 0.93, seed: 1 } as const;
/** Genuine pairs taken of one person at most, so that the few with hundreds of pictures don't speak for all. */
const PAIRS_OF_ONE = 3;
const SEED_NOTE = 'npm run pack:build';

const { values } = parseArgs({ options: { pack: { type: 'string' }, eval: { type: 'string' }, cache: { type: 'string' } } });
if (!values.pack) throw new Error('usage: npm run pack:build -- --pack ID [--eval FOLDER] [--cache FOLDER]');
const root = evalFolder(values.eval);
const cacheDir = values.cache ?? path.join(packageInfo().root, 'build', 'crops');
const modelsDir = path.join(packageInfo().root, 'models');
const pack = await loadPack(modelsDir, values.pack);
const bare = await bareModels(modelsDir, pack);
const pipeline = await openPipeline({ modelsDir: bare, packId: pack.id, threads: os.availableParallelism() });
try {
  const pairs = await lfwPairs(path.join(root, 'lfw'));
  const lfwFiles = [...new Set(pairs.flatMap((p) => [p.a, p.b]))].sort();
  const { faces } = await groupedFaces(path.join(root, 'groups'));
  const embed = async (files: string[]) => embedPictures(await cropPictures(files, pipeline, { cacheDir, version: pack.detector.weights.sha256, onProgress: (n) => process.stderr.write(`\r${n} of ${files.length} `) }), pipeline);
  const lfw = await embed(lfwFiles), groups = await embed(faces.map((f) => f.file));
  const fused = [...lfw, ...groups].flatMap((p) => (p.embedding ? [p.embedding.vector] : []));

  const packsDir = path.join(modelsDir, 'packs'), dataDir = path.join(packsDir, 'data');
  const matrices = new Map<string, Float32Array>();
  const embedders: Pack['embedders'] = [];
  for (const [k, e] of pack.embedders.entries()) {
    const block = pipeline.pack.blocks[k];
    const kept = KEPT[e.id];
    if (!block || kept === undefined) { embedders.push(e); continue; }
    const target = path.join(dataDir, `${e.id}.projection.f32`);
    // One projection a network, whatever the pack: made from the first pack that is built.
    const existing = e.projection ? await readFile(target).catch(() => null) : null;
    if (existing) { matrices.set(e.id, new Float32Array(Uint8Array.from(existing).buffer)); embedders.push(e); continue; }
    const { matrix, rows, columns, energy } = principalProjection(fused.map((v) => unit(v.subarray(block.from, block.to))), kept);
    matrices.set(e.id, matrix);
    embedders.push({ ...e, projection: await writeMatrixFile(target, matrix, columns, { madeBy: SEED_NOTE, network: e.weights.sha256, faces: fused.length, rows, energy }) });
  }
  const stored = (v: Float32Array) => project(v, pipeline.pack.blocks, matrices);

  const crowd = new Map<string, Float32Array[]>();
  groups.forEach((g, i) => { if (g.embedding && faces[i]?.half === 'population') crowd.set(path.basename(g.file), [stored(g.embedding.vector)]); });
  const population = buildPopulation(crowd, POPULATION);
  const centroids = stackRows(population);
  const columns = population[0]?.length ?? 0;
  const described = await writeMatrixFile(path.join(dataDir, `${pack.id}.population.f32`), centroids, columns, {
    madeBy: SEED_NOTE, set: 'groups (UTKFace sample), population half', people: crowd.size, peoplePerCentroid: POPULATION.peopleEach, seed: POPULATION.seed,
  });
  const plain: Cohort = { centroids, rows: described.rows, nearest: POPULATION.nearest, floor: 0 };
  const means = lfw.flatMap((p) => (p.embedding ? [populationExcess(stored(p.embedding.vector), plain)] : [])).sort((a, b) => a - b);
  const cohort: Cohort = { ...plain, floor: round(means[Math.floor(POPULATION.ordinary * means.length)] ?? 0) };

  const calibration = calibrate(lfw, stored, cohort, pack);
  const manifest = { ...pack, embedders, population: { ...described, nearest: POPULATION.nearest, floor: cohort.floor, provenance: `${described.rows} averages of ${POPULATION.peopleEach} people each, out of ${crowd.size} people of UTKFace (population half)` }, calibration };
  await writeFile(path.join(packsDir, `${pack.id}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(JSON.stringify(calibration.points, null, 2));
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

function unit(v: Float32Array): Float32Array {
  const u = v.slice();
  normalise(u);
  return u;
}

/** A bare fused vector as the pack will store it: every network's block projected, normalised and weighed. */
function project(v: Float32Array, blocks: typeof pipeline.pack.blocks, by: ReadonlyMap<string, Float32Array>): Float32Array {
  const parts = blocks.map((b) => {
    const block = unit(v.subarray(b.from, b.to)), matrix = by.get(b.id);
    const out = matrix ? Float32Array.from({ length: matrix.length / block.length }, (_, r) => dot(matrix.subarray(r * block.length, (r + 1) * block.length), block)) : block;
    normalise(out);
    return out.map((x) => x * Math.sqrt(b.weight));
  });
  const out = Float32Array.from(parts.flatMap((p) => [...p]));
  normalise(out);
  return out;
}

/**
 * Every two people of LFW, by their first pictures, are impostors, not only its protocol's pairs: millions of them tell the
 * tail. The operating points are where that many of them are accepted.
 */
function calibrate(lfw: readonly EmbeddedPicture[], asStored: (v: Float32Array) => Float32Array, cohort: Cohort, of: Pack): Pack['calibration'] {
  const people = new Map<string, { vector: Float32Array; excess: number }[]>();
  for (const p of lfw) {
    if (!p.embedding) continue;
    const vector = asStored(p.embedding.vector), name = path.basename(path.dirname(p.file));
    people.set(name, [...(people.get(name) ?? []), { vector, excess: populationExcess(vector, cohort) }]);
  }
  const score = (a: { vector: Float32Array; excess: number }, b: typeof a) => normalisedScore(dot(a.vector, b.vector), a.excess, b.excess);
  const faces = [...people.values()], genuine: number[] = [], impostor: number[] = [];
  faces.forEach((own, i) => {
    const first = own[0];
    if (!first) return;
    for (const other of faces.slice(i + 1)) if (other[0]) impostor.push(score(first, other[0]));
    genuine.push(...own.flatMap((a, k) => own.slice(k + 1).map((b) => score(a, b))).slice(0, PAIRS_OF_ONE));
  });
  const scores = scoresOf(genuine, impostor);
  const at = (threshold: number) => ({ threshold, far: round(falseAccepts(scores, threshold).rate), frr: round(falseRejects(scores, threshold).rate) });
  const point = (far: number) => at(round(thresholdAtFar(scores, far)));
  return {
    ...of.calibration,
    set: `LFW, folds 1-5, ${impostor.length} impostor pairs (one picture of each person) and ${genuine.length} genuine pairs (at most ${PAIRS_OF_ONE} of each)`,
    points: { strict: point(1e-4), balanced: point(1e-3), loose: point(1e-2), even: evenPoint(at) },
    impostorTail: [0.5, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6].map((far) => [round(thresholdAtFar(scores, far)), far] as [number, number]),
    genuineHead: head(scores),
    evidence: { ...fitEvidence(scores), poor: of.calibration.evidence.poor },
  };
}

/**
 * The line through the log of (density of genuine ÷ of impostor scores), where it says "one person" and joins are decided:
 * above 0 and below 9, beyond which impostors are too few to count.
 */
function fitEvidence({ genuine, impostor }: Scores): { slope: number; zero: number } {
  const width = 0.02, least = 3;
  const count = (scores: Float64Array, from: number) => scores.filter((x) => x >= from && x < from + width).length;
  const points = Array.from({ length: 50 }, (_, k) => k * width).flatMap((from) => {
    const g = count(genuine, from), i = count(impostor, from);
    const ratio = Math.log(g / genuine.length / (i / impostor.length));
    return g >= least && i >= least && ratio > 0 && ratio < 9 ? [{ x: from + width / 2, y: ratio }] : [];
  });
  const mean = (of: (p: { x: number; y: number }) => number) => points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const mx = mean((p) => p.x), my = mean((p) => p.y);
  const slope = mean((p) => (p.x - mx) * (p.y - my)) / mean((p) => (p.x - mx) ** 2);
  return { slope: round(slope), zero: round(mx - my / slope) };
}

function head({ genuine }: Scores): [number, number][] {
  return [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5].map((share) => [round(genuine[Math.floor(share * genuine.length)] ?? 0), share] as [number, number]);
}

function round(x: number): number {
  return Number(x.toPrecision(4));
}
