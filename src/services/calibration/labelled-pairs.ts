/** Pairs of pictures that someone has labelled, from a CSV file or a list. */
import path from 'node:path';
import { parseCsv } from '../../domain/csv.js';
import { RollcallError, asRollcallError, type ErrorCode } from '../../domain/errors/errors.js';
import { type ComparedFace, populationExcess, scoreOf } from '../../domain/scores/normalised-score.js';
import type { Source } from '../../media/sources/source.js';
import { mainFaceIn } from '../pictures/upright.js';
import { countProgress, type WorkContext } from '../progress.js';
import type { CalibrateRequest, LabelledPair } from '../requests/calibrate.js';
import type { FoundPairs } from './pair-sources.js';
import { type Resources, sandboxOf } from '../resources.js';
import type { Picture } from '../allowed-sources.js';

/** More than strict can use, and what memory and a pause of the event loop allow. */
const MOST_BYTES = 32 * 1024 * 1024,
  MOST_PAIRS = 100_000;
/** Pictures that are read while others are looked at. */
const AT_ONCE = 3;
/** Unusable pictures that are named. */
const NAMED = 10;
/** Trouble with one picture, not with all of them. */
const OF_A_PICTURE: readonly ErrorCode[] = [
  'not_found',
  'not_an_image',
  'no_face',
  'unreachable',
  'too_large',
  'forbidden',
  'bad_argument',
];
const YES = ['yes', 'y', 'true', '1', 'same'],
  NO = ['no', 'n', 'false', '0', 'different'];

/**
 * Scores labelled pairs; each picture is looked at once. @throws RollcallError for a pairs file that can't be read, and
 * what stops all pictures
 */
export async function labelledPairs(
  request: CalibrateRequest,
  resources: Resources,
  { onProgress }: WorkContext,
  signal: AbortSignal,
): Promise<FoundPairs> {
  const { pairs_file } = request;
  const given =
    pairs_file === undefined ? (request.pairs ?? []) : await readPairs(await resources.sources.file(pairs_file));
  // A picture beside itself says nothing.
  const pairs = given.filter((pair) => pair.image_a !== pair.image_b);
  const sources = [...new Set(pairs.flatMap((pair) => [pair.image_a, pair.image_b]))];
  const faces = new Map<string, ComparedFace>(),
    unusable: FoundPairs['unusable'] = { pictures: 0, pairs: 0, first: [] };
  const progress = countProgress(onProgress, sources.length, 'pictures');
  let next = 0,
    done = 0;
  const failed = new AbortController(),
    either = AbortSignal.any([signal, failed.signal]);
  const work = async () => {
    for (let source = sources[next++]; source !== undefined; source = sources[next++]) {
      either.throwIfAborted();
      try {
        faces.set(source, await faceOf(await resources.sources.picture(source), resources, either));
      } catch (error) {
        const { code, message } = asRollcallError(error);
        if (either.aborted || !OF_A_PICTURE.includes(code)) {
          failed.abort(error);
          throw error;
        }
        unusable.pictures++;
        if (unusable.first.length < NAMED) unusable.first.push({ source, code, message });
      }
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const scored = pairs.flatMap(({ image_a, image_b, same, labels = {} }) => {
    const a = faces.get(image_a),
      b = faces.get(image_b);
    return a && b ? [{ a: image_a, b: image_b, same, labels, score: scoreOf(a, b) }] : [];
  });
  unusable.pairs = pairs.length - scored.length;
  const itself = given.length - pairs.length;
  return {
    source: pairs_file === undefined ? 'pairs' : 'pairs_file',
    name: pairs_file === undefined ? 'a list of pairs' : path.basename(pairs_file),
    pairs: scored,
    unusable,
    warnings:
      itself > 0
        ? [`${itself === 1 ? '1 pair names' : `${itself} pairs name`} one picture twice, which says nothing: left out.`]
        : [],
  };
}

/** The face that a picture is about, as verify_faces sees it, but behind the questions that someone waits for. */
async function faceOf(source: Picture, resources: Resources, signal: AbortSignal): Promise<ComparedFace> {
  const pipeline = await resources.pipeline();
  const { embedding } = await mainFaceIn(
    source,
    pipeline.pack,
    pipeline,
    { findSandbox: sandboxOf(resources) },
    signal,
  );
  return { vector: embedding.vector, population_excess: populationExcess(embedding.vector, pipeline.pack.population) };
}

/**
 * Reads a pairs file; paths in it are relative to its folder. @throws RollcallError not_found, too_large, bad_argument
 * naming the line
 */
async function readPairs(source: Source<'file'>): Promise<LabelledPair[]> {
  const file = source.shown;
  const wrong = (what: string, cause?: unknown) =>
    new RollcallError(
      'bad_argument',
      `${path.basename(file)}: ${what}.`,
      'The first line names the columns; then a line a pair: picture, picture, yes or no (whether they show one person), and a value for each further column.',
      { cause },
    );
  const { readSmallFile } = await import('../../media/sources/files.js');
  const bytes = await readSmallFile(
    source,
    MOST_BYTES,
    'Give fewer pairs: some thousands are enough for balanced, 30 000 for strict.',
  );
  let rows: ReturnType<typeof parseCsv>;
  try {
    rows = parseCsv(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw wrong(error instanceof RangeError ? error.message : 'it is not a text in UTF-8', error);
  }
  const [head, ...body] = rows;
  if (body.length > MOST_PAIRS)
    throw new RollcallError(
      'too_large',
      `${path.basename(file)} has ${body.length} pairs; at most ${MOST_PAIRS} are read.`,
      'Give a random part of them: some thousands are enough for balanced, 30 000 for strict.',
    );
  if (!head || head.fields.length < 3) throw wrong('its first line names fewer than three columns');
  return body.map(({ line, fields: [a = '', b = '', same = '', ...values] }) => {
    if (a === '' || b === '') throw wrong(`line ${line} lacks a picture`);
    const said = same.toLowerCase();
    if (!YES.includes(said) && !NO.includes(said))
      throw wrong(`line ${line} says ${JSON.stringify(same.slice(0, 40))} where yes or no was expected`);
    const labels = values.flatMap((value, i): [string, string][] =>
      value === '' ? [] : [[head.fields[3 + i] ?? `column ${4 + i}`, value]],
    );
    return {
      image_a: beside(file, a),
      image_b: beside(file, b),
      same: YES.includes(said),
      labels: Object.fromEntries(labels),
    };
  });
}

function beside(file: string, source: string): string {
  return /^(https?|file|data):/i.test(source) ? source : path.resolve(path.dirname(file), source);
}
