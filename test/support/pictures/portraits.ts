/** Labelled portraits of real people: several stills of each, cut from the photographs that footage is made of. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { packageInfo } from '../../../src/config/package-info.js';
import { fetchPictures } from '../../../lab/footage/fetch-pictures.js';
import { castMembers, loadCast } from '../../../lab/footage/people.js';
import type { Still } from '../../../lab/footage/scene.js';
import { writeStill } from '../../../lab/footage/stills.js';

/** Nobody who may be the same person as another of them. */
export const SITTERS = [
  'blonde-curls',
  'black-blouse',
  'purple-dress',
  'dark-waves',
  'red-top',
  'navy-dress',
  'black-top',
  'front-row',
  'orange-top',
  'green-dress',
  'burgundy-dress',
  'striped-dress',
  'green-white-top',
] as const;
const LOOKS: Pick<Still, 'mirror' | 'face_px' | 'quality'>[] = [
  { mirror: false, face_px: 150, quality: 80 },
  { mirror: true, face_px: 150, quality: 80 },
  { mirror: false, face_px: 90, quality: 60 },
  { mirror: true, face_px: 110, quality: 45 },
  { mirror: false, face_px: 220, quality: 85 },
];

/** Writes the portraits into a folder. @returns for each person the files of their looks */
export async function makePortraits(folder: string): Promise<Map<string, string[]>> {
  mkdirSync(folder, { recursive: true });
  const cast = loadCast(),
    members = castMembers(cast);
  const pictures = await fetchPictures(
    cast,
    path.join(packageInfo().root, 'build', 'pictures'),
    new AbortController().signal,
  );
  const made = new Map<string, string[]>();
  for (const person of SITTERS) {
    const member = members.get(person),
      picture = member && pictures.get(member.picture);
    if (!member || !picture) throw new Error(`no picture of ${person}`);
    made.set(
      person,
      await Promise.all(
        LOOKS.map(async (look, i) => {
          const file = path.join(folder, `${person} ${i}.jpg`);
          await writeStill({ name: file, person, ...look }, member, picture, file);
          return file;
        }),
      ),
    );
  }
  return made;
}
