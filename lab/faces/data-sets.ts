/** Sets of labelled faces that the project is measured on, found below one folder (option or ROLLCALL_EVAL). */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listPictures } from './embed-pictures.js';

/** Two pictures, of one person or of two. */
export interface LabelledPair {
  a: string;
  b: string;
  same: boolean;
}

/** LFW's pairs protocol (Huang et al. 2007): `pairs.txt` beside `images/Name/Name_0001.jpg`. */
export async function lfwPairs(root: string): Promise<LabelledPair[]> {
  const text = await readFile(path.join(root, 'pairs.txt'), 'utf8');
  const file = (name: string, n: string) => path.join(root, 'images', name, `${name}_${n.padStart(4, '0')}.jpg`);
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split('\t'))
    .flatMap(([p, i, q, j]): LabelledPair[] => {
      if (p === undefined || i === undefined || q === undefined) return [];
      return j === undefined
        ? [{ a: file(p, i), b: file(p, q), same: true }]
        : [{ a: file(p, i), b: file(q, j), same: false }];
    });
}

/** `pairs/master.csv`: file, file, Yes or No. */
export async function csvPairs(root: string): Promise<LabelledPair[]> {
  const text = await readFile(path.join(root, 'master.csv'), 'utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
    .map(([a, b, same]) => ({
      a: path.join(root, a ?? ''),
      b: path.join(root, b ?? ''),
      same: /yes/i.test(same ?? ''),
    }));
}

/** A single face with its subgroup labels. */
export interface GroupedFace {
  file: string;
  sex: string;
  group: string;
  age: number;
  /** Which half of the set it belongs to: one may build a population, the other measures it. */
  half: 'population' | 'test';
}

/** `groups/{sex}/{group}/AGE_….jpg`, with the pairs that are no impostors as `a|b` of file names, sorted. */
export async function groupedFaces(root: string): Promise<{ faces: GroupedFace[]; notImpostors: Set<string> }> {
  const faces = (await listPictures(root)).map((file) => {
    const [sex = '', group = '', name = ''] = path.relative(root, file).split(path.sep);
    return { file, sex, group, age: Number.parseInt(name, 10), half: halfOf(name) };
  });
  const lines = (await readFile(path.join(root, 'not-impostors.txt'), 'utf8')).trim().split(/\r?\n/);
  return {
    faces,
    notImpostors: new Set(
      lines.map((l) => pairKey(...(l.split('\t').map((f) => path.basename(f)) as [string, string]))),
    ),
  };
}

/** A pair of file names whatever their order. */
export function pairKey(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}

/** By a hash of the name, so that a picture stays in its half when others come or go. */
function halfOf(name: string): 'population' | 'test' {
  return (createHash('sha256').update(name).digest()[0] ?? 0) % 2 === 0 ? 'population' : 'test';
}
