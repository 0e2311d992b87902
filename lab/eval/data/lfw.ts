/** LFW as a set of pictures and its protocol's pairs. */
import path from 'node:path';
import { lfwPairs, type LabelledPair } from '../../faces/data-sets.js';
import { listPictures } from '../../faces/embed-pictures.js';
import type { EvalContext } from '../context.js';
import { dataFolder } from './pictures-of-people.js';
import type { EvalFace } from './scored-faces.js';

export interface Lfw {
  /** In the file's order, those whose pictures are there. */
  pairs: LabelledPair[];
  /** Pairs whose pictures are not there. */
  missing: number;
  /** By file; null where no face was found. */
  faces: Map<string, EvalFace | null>;
}

/** LFW with every picture of its folder, or null when it was not given. */
export async function loadLfw(context: EvalContext): Promise<Lfw | null> {
  const root = await dataFolder(context.folders.lfw, context.folders.root, 'lfw');
  if (root === null) return null;
  const files = await listPictures(path.join(root, 'images'));
  const found = await context.faces(files);
  const faces = new Map(files.map((file, i) => [file, found[i] ?? null]));
  const all = await lfwPairs(root);
  const pairs = all.filter(({ a, b }) => faces.has(a) && faces.has(b));
  return { pairs, missing: all.length - pairs.length, faces };
}

/** Everyone's faces. */
export function lfwPeople({ faces }: Lfw): Map<string, EvalFace[]> {
  const people = new Map<string, EvalFace[]>();
  for (const [file, face] of faces) {
    const person = path.basename(path.dirname(file));
    if (face) people.set(person, [...(people.get(person) ?? []), face]);
  }
  return people;
}
