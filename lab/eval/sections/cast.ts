/** People searched by single pictures in group photographs, each a still clip of two seconds. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { rate } from '../../../src/domain/scores/error-rates.js';
import { listPictures } from '../../faces/embed-pictures.js';
import type { EvalContext } from '../context.js';
import { withLibrary, type IndexedLibrary } from '../data/fresh-library.js';
import { count, share } from '../output/measures.js';
import { dataFolder } from '../data/pictures-of-people.js';
import type { Measure } from '../output/report.js';

/** Who is in the group photographs of face-api.js. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  bbt1: ['raj', 'leonard', 'howard', 'sheldon'],
  bbt2: ['leonard', 'sheldon'],
  bbt3: ['sheldon', 'howard', 'penny', 'raj', 'leonard'],
  bbt4: ['amy', 'raj', 'bernadette', 'leonard', 'penny', 'sheldon'],
  bbt5: ['raj', 'penny', 'sheldon', 'leonard', 'howard'],
};

export async function cast(context: EvalContext): Promise<Measure[]> {
  const folder = await dataFolder(null, context.folders.root, 'cast');
  const photos = folder === null ? [] : Object.keys(GROUPS).map((name) => path.join(folder, `${name}.jpg`));
  const there = await Promise.all(photos.map((file) => stat(file).catch(() => null)));
  if (folder === null || there.includes(null)) {
    context.leaveOut('cast in group photographs', `no cast/ with ${Object.keys(GROUPS).join('.jpg, ')}.jpg`);
    return [];
  }
  const { ffmpeg } = await context.ffmpeg();
  const clips: string[] = [];
  for (const photo of photos) {
    const clip = path.join(context.work, `${path.parse(photo).name}.mp4`);
    await execa(
      ffmpeg,
      [
        '-v',
        'error',
        '-nostdin',
        '-y',
        '-loop',
        '1',
        '-i',
        photo,
        '-t',
        '2',
        '-r',
        '10',
        '-vf',
        'scale=trunc(iw/2)*2:trunc(ih/2)*2',
        '-pix_fmt',
        'yuv420p',
        clip,
      ],
      { cancelSignal: context.signal },
    );
    clips.push(clip);
  }
  const people = (await readdir(folder, { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => e.name);
  return withLibrary(clips, context, (library) => search(folder, people, library, context));
}

async function search(
  folder: string,
  people: readonly string[],
  { services, names }: IndexedLibrary,
  context: EvalContext,
): Promise<Measure[]> {
  const tally = { there: 0, found: 0, single: 0, singleFound: 0, wrong: 0, pictures: 0 };
  for (const person of people) {
    const pictures = await listPictures(path.join(folder, person));
    const hits = new Map<string, number>();
    for (const image of pictures) {
      const { appearances } = await services.search.findPerson({ image }, context.signal);
      for (const video of new Set(appearances.map((a) => names.get(a.video_id) ?? '')))
        hits.set(video, (hits.get(video) ?? 0) + 1);
    }
    tally.pictures += pictures.length;
    for (const [group, members] of Object.entries(GROUPS)) {
      const found = hits.get(`${group}.mp4`) ?? 0;
      if (members.includes(person)) {
        tally.there++;
        tally.found += found > 0 ? 1 : 0;
        tally.single += pictures.length;
        tally.singleFound += found;
      } else tally.wrong += found;
    }
  }
  const place = { set: 'cast in group photographs', condition: '' };
  return [
    share(place, 'found by any of their pictures', rate(tally.found, tally.there)),
    share(place, 'found by a single picture', rate(tally.singleFound, tally.single)),
    count(
      place,
      'photographs wrongly found, over all pictures',
      tally.wrong,
      tally.pictures * Object.keys(GROUPS).length - tally.single,
    ),
  ];
}
