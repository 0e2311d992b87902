/** A model pack is data: which networks, where their weights come from, how their pixels go in and what comes out. */
import { createHash } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { calibrationModelSchema } from '../../domain/scores/calibration-model.js';
import { RollcallError } from '../../domain/errors/errors.js';

const PACK_ID = /^[a-z0-9][a-z0-9._-]*$/;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of weights: its name under models/weights, its hash, and where it can be had. */
const weightsSchema = z.object({
  file: z.string().regex(/^[\w.-]+$/),
  sha256,
  prepared: z
    .object({ by: z.string(), sha256 })
    .optional()
    .describe('the network made of this file: by which preparation (see vision/packs/networks), and its sha256'),
  licence: z.string(),
  source: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('npm'),
      package: z.string(),
      version: z.string(),
      integrity: z.string().optional(),
      path: z.string(),
      sha256: sha256.optional(),
      convert: z
        .enum(['tflite-to-onnx'])
        .optional()
        .describe('the file in the package is of another format; sha256 above is of the converted file'),
    }),
    z
      .object({ kind: z.literal('repository'), upstream: z.url({ protocol: /^https$/ }) })
      .describe("the file lies in models/weights under version control; upstream is its authors' own copy"),
    z.object({
      kind: z.literal('url'),
      url: z
        .url({ protocol: /^https?$/ })
        .describe('of the file itself; fetched over https only when its pack is asked for by name'),
    }),
  ]),
});
export type Weights = z.infer<typeof weightsSchema>;

const pixelsSchema = z.object({
  order: z.enum(['rgb', 'bgr']),
  mean: z.number(),
  scale: z.number(),
});

const sideFileSchema = z
  .object({ file: z.string().regex(/^[\w.-]+$/), sha256, rows: z.number().int(), columns: z.number().int() })
  .describe('row-major float32 little-endian matrix beside the manifest');

const embedderSchema = z.object({
  id: z.string(),
  weights: weightsSchema,
  input: pixelsSchema.extend({ name: z.string().optional() }),
  dimensions: z.number().int().positive(),
  weight: z.number().positive().describe('share of this network in the fused vector'),
  projection: sideFileSchema
    .optional()
    .describe('orthonormal rows: stored numbers × dimensions; lossless on real faces'),
});
export type EmbedderManifest = z.infer<typeof embedderSchema>;

/** Whether a line through the pairs rises everywhere, so that it can be read both ways. */
function isRising(pairs: readonly (readonly [number, number])[]): boolean {
  return pairs.every(([x, y], i) => pairs.slice(0, i).every(([x0, y0]) => x0 < x && y0 < y));
}

export const packSchema = z.object({
  id: z.string().regex(PACK_ID),
  title: z.string(),
  licence: z.string().describe('what a user may do with these weights, in plain words'),
  detector: z.object({
    weights: weightsSchema,
    decoder: z.enum(['retinaface', 'scrfd', 'yunet']),
    input: pixelsSchema,
    nmsIou: z.number().default(0.4),
    averagePoints: z.boolean().default(false).describe("average a face's points over the detections of it"),
    scores: z
      .array(z.tuple([z.number(), z.number()]))
      .min(2)
      .refine(isRising, 'both numbers of each pair must be above those of the one before')
      .optional()
      .describe("what the detector's own scores mean on the common scale: rising knots, linear between them"),
  }),
  embedders: z.array(embedderSchema).min(1),
  flip: z.boolean().describe('average every embedding with that of its mirror image'),
  norms: z.object({
    least: z.number().describe('embeddings shorter than this before normalisation are of no use (gate low_norm)'),
    ample: z.number().describe('nine in ten good portraits are shorter than this'),
  }),
  population: sideFileSchema
    .extend({ nearest: z.number().int(), floor: z.number(), provenance: z.string() })
    .optional(),
  calibration: calibrationModelSchema,
});
export type Pack = z.infer<typeof packSchema>;

/** Length of the vectors a pack stores. */
export function packDimensions(pack: Pack): number {
  return pack.embedders.reduce((n, e) => n + (e.projection?.rows ?? e.dimensions), 0);
}

/**
 * Reads models/packs/<id>.json. @throws RollcallError missing_model when there is no such pack or it does not parse.
 */
export async function loadPack(modelsDir: string, id: string): Promise<Pack> {
  const file = path.join(modelsDir, 'packs', `${id}.json`);
  let text: string;
  try {
    if (!PACK_ID.test(id)) throw new Error('bad pack id');
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new RollcallError(
      'missing_model',
      `There is no model pack "${id}".`,
      'Set ROLLCALL_PACK to one of the packs in models/packs, or leave it unset for the default.',
      { cause },
    );
  }
  const parsed = packSchema.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new RollcallError(
      'missing_model',
      `The manifest of pack "${id}" is not valid: ${z.prettifyError(parsed.error)}`,
      `Mend ${path.basename(file)}.`,
      { cause: parsed.error },
    );
  return parsed.data;
}

/** Ids of all packs of a models folder, sorted. @throws the file system's error when it has none */
export async function packIds(modelsDir: string): Promise<string[]> {
  const files = await readdir(path.join(modelsDir, 'packs'));
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** Where weights come from, in words: a package or an address. */
export function originOf({ source }: Weights): string {
  if (source.kind === 'npm') return `npm: ${source.package}@${source.version}`;
  return source.kind === 'url' ? source.url : source.upstream;
}

/** All files of weights of a pack. */
export function packWeights(pack: Pack): Weights[] {
  return [pack.detector.weights, ...pack.embedders.map((e) => e.weights)];
}

/**
 * Reads weights and checks their hash. @param elsewhere folders to look in where the models folder has none
 * @throws RollcallError missing_model when absent or different.
 */
export async function readWeights(
  modelsDir: string,
  weights: Weights,
  elsewhere: readonly string[] = [],
): Promise<Uint8Array> {
  const { file, source } = weights,
    own = path.join(modelsDir, 'weights');
  const hint =
    source.kind === 'npm'
      ? '`rollcall-mcp models get PACK` gets it, with the name of the pack; in a checkout `npm run weights`.'
      : source.kind === 'repository'
        ? undefined
        : `\`rollcall-mcp models get PACK\` gets it, with the name of the pack; or download ${source.url} (licence: ${weights.licence}) and put it into ${own} as ${file}.`;
  const folder = (await weightsFolder([own, ...elsewhere], weights)) ?? own;
  return readChecked(path.join(folder, file), weights.sha256, hint);
}

/** The first of these folders that has that file of weights, whatever is in it. */
export async function weightsFolder(folders: readonly string[], { file }: Weights): Promise<string | null> {
  for (const folder of folders)
    if (
      await access(path.join(folder, file)).then(
        () => true,
        () => false,
      )
    )
      return folder;
  return null;
}

/** Reads a matrix that belongs to a pack (projection, population). @returns rows × columns float32, row-major. */
export async function readMatrix(
  modelsDir: string,
  side: { file: string; sha256: string; rows: number; columns: number },
): Promise<Float32Array> {
  const bytes = await readChecked(path.join(modelsDir, 'packs', 'data', side.file), side.sha256);
  const matrix = new Float32Array(Uint8Array.from(bytes).buffer);
  if (matrix.length !== side.rows * side.columns)
    throw new RollcallError(
      'missing_model',
      `${side.file} has ${matrix.length} numbers, not ${side.rows}×${side.columns}.`,
      'Install the package again.',
    );
  return matrix;
}

async function readChecked(file: string, hash: string, hint?: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new RollcallError(
      'missing_model',
      `The model file ${path.basename(file)} is missing.`,
      hint ?? 'In a checkout run `npm run weights`; otherwise install the package again.',
      { cause },
    );
  }
  const got = sha256Of(bytes);
  if (got !== hash)
    throw new RollcallError(
      'missing_model',
      `The model file ${path.basename(file)} is damaged (sha256 ${got.slice(0, 12)}…, expected ${hash.slice(0, 12)}…).`,
      hint === undefined ? 'Delete it and run `npm run weights`, or install the package again.' : `Delete it. ${hint}`,
    );
  return bytes;
}

/** SHA-256, hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
