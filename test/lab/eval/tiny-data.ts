/**
 * A folder of evaluation data out of a few photographs, small enough for a test: what every section needs, in a handful
 * of pictures.
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageInfo } from '../../../src/config/package-info.js';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { fetchPictures } from '../../../lab/footage/fetch-pictures.js';
import { castMembers, loadCast } from '../../../lab/footage/people.js';
import { loadMaterial, renderScene } from '../../../lab/footage/render.js';
import type { Scene } from '../../../lab/footage/scene.js';
import { writeStill } from '../../../lab/footage/stills.js';
import { setTruth } from '../../../lab/footage/truth.js';

/** Everyone has two pictures: as photographed, and mirrored, smaller and compressed. */
const PEOPLE = ['red-top', 'burgundy-dress', 'black-blouse', 'purple-dress', 'orange-top', 'blonde-curls'] as const;

/** One second of three people, cut to one of others. */
const scene: Scene = {
  name: 'clip.mp4',
  width: 640,
  height: 360,
  fps: 10,
  crf: 20,
  seed: 1,
  shots: [
    { length_s: 1, picture: 'lounge', camera: [{ at_s: 0, x: 960, y: 545, w: 1900 }] },
    { length_s: 1, picture: 'stairs', camera: [{ at_s: 0, x: 960, y: 642, w: 1920 }] },
  ],
};

/** Fills `root` with lfw/, pairs/, people/, groups/ and videos/; no cast/, no street/. */
export async function writeTinyData(root: string, tools: FfmpegTools): Promise<void> {
  const cast = loadCast(),
    people = castMembers(cast),
    signal = new AbortController().signal;
  const pictures = await fetchPictures(cast, path.join(packageInfo().root, 'build', 'pictures'), signal);
  for (const person of PEOPLE) {
    const member = people.get(person),
      picture = member && pictures.get(member.picture);
    if (!member || !picture) throw new Error(`${person} is in no picture`);
    const folder = path.join(root, 'lfw', 'images', person);
    await mkdir(folder, { recursive: true });
    await writeStill(
      { name: '', person, mirror: false, face_px: 120, quality: 90 },
      member,
      picture,
      path.join(folder, `${person}_0001.jpg`),
    );
    await writeStill(
      { name: '', person, mirror: true, face_px: 80, quality: 60 },
      member,
      picture,
      path.join(folder, `${person}_0002.jpg`),
    );
    await cp(folder, path.join(root, 'people', 'guests', person), { recursive: true });
  }
  const half = (from: number) => PEOPLE.slice(from, from + 3);
  const fold = (of: readonly string[]) => [
    ...of.map((p) => `${p}\t1\t2`),
    ...of.map((p, i) => `${p}\t1\t${of[(i + 1) % of.length] ?? p}\t2`),
  ];
  await writeFile(path.join(root, 'lfw', 'pairs.txt'), `${['2\t3', ...fold(half(0)), ...fold(half(3))].join('\n')}\n`);

  const picture = (person: string, n: number) => path.join(root, 'lfw', 'images', person, `${person}_000${n}.jpg`);
  await mkdir(path.join(root, 'pairs'), { recursive: true });
  await cp(picture('red-top', 1), path.join(root, 'pairs', 'a.jpg'));
  await cp(picture('red-top', 2), path.join(root, 'pairs', 'b.jpg'));
  await cp(picture('burgundy-dress', 1), path.join(root, 'pairs', 'c.jpg'));
  await writeFile(
    path.join(root, 'pairs', 'master.csv'),
    'file_x,file_y,Decision\na.jpg,b.jpg,Yes\na.jpg,c.jpg,No\nb.jpg,c.jpg,No\n',
  );

  // Names decide the half; among so many each group has some for the test half.
  for (const [i, person] of PEOPLE.entries()) {
    const folder = path.join(root, 'groups', 'females', i < 3 ? 'white' : 'other');
    await mkdir(folder, { recursive: true });
    for (let copy = 0; copy < 3; copy++)
      await cp(picture(person, 1), path.join(folder, `${25 + i}_${person}_${copy}.jpg`));
  }
  await writeFile(path.join(root, 'groups', 'not-impostors.txt'), '');

  await mkdir(path.join(root, 'videos'), { recursive: true });
  await renderScene(
    scene,
    path.join(root, 'videos', scene.name),
    await loadMaterial([scene], people, pictures),
    tools.ffmpeg,
    signal,
  );
  await writeFile(
    path.join(root, 'videos', 'truth.json'),
    JSON.stringify(setTruth({ name: 'tiny', scenes: [scene], stills: [] }, people)),
  );
}
