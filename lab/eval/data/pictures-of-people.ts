/** Sets of pictures with a folder a person. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { listPictures } from '../../faces/embed-pictures.js';
import type { EvalContext } from '../context.js';
import type { EvalFace } from './scored-faces.js';

export interface PeopleSet {
  name: string;
  /** Everyone's pictures in which a face was found; people without any are left out. */
  people: Map<string, EvalFace[]>;
  /** Pictures in which none was found. */
  faceless: number;
}

/**
 * Every set below a folder. A picture's person is the folder it lies in; folders of one name below the same top folder
 * (train/ann, val/ann) are one person. Folders at the top that hold pictures themselves make one set, named after
 * `root`.
 */
async function peopleSets(root: string, context: EvalContext): Promise<PeopleSet[]> {
  const files = (await listPictures(root)).filter((file) => path.dirname(file) !== root);
  const found = await context.faces(files);
  const sets = new Map<string, PeopleSet>();
  files.forEach((file, i) => {
    const parts = path.relative(root, path.dirname(file)).split(path.sep);
    const name = parts.length > 1 && parts[0] !== undefined ? parts[0] : path.basename(root),
      person = parts.at(-1) ?? '';
    const set = sets.get(name) ?? { name, people: new Map<string, EvalFace[]>(), faceless: 0 };
    sets.set(name, set);
    const face = found[i];
    if (!face) {
      set.faceless++;
      return;
    }
    set.people.set(person, [...(set.people.get(person) ?? []), face]);
  });
  return [...sets.values()];
}

/** The folder of one kind of data, if it is there. */
export async function dataFolder(given: string | null, root: string | null, name: string): Promise<string | null> {
  const folder = given ?? (root === null ? null : path.join(root, name));
  if (folder === null) return null;
  return (await stat(folder).catch(() => null))?.isDirectory() ? folder : null;
}

/** All sets of people that were given: people/ and the folders of cast/. */
export async function allPeopleSets(context: EvalContext): Promise<PeopleSet[]> {
  const { folders } = context;
  const people = await dataFolder(folders.people, folders.root, 'people'),
    cast = await dataFolder(null, folders.root, 'cast');
  return [...(people ? await peopleSets(people, context) : []), ...(cast ? await peopleSets(cast, context) : [])];
}

/** Every two faces of a set, and whether they are one person's. */
export function* everyPair(
  people: ReadonlyMap<string, readonly EvalFace[]>,
): Generator<{ a: EvalFace; b: EvalFace; same: boolean }> {
  const all = [...people].flatMap(([person, faces]) => faces.map((face) => ({ person, face })));
  for (const [i, p] of all.entries())
    for (const q of all.slice(i + 1)) yield { a: p.face, b: q.face, same: p.person === q.person };
}
