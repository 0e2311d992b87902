/** One person twice in one photo: what the bar for it makes of groups, lookalikes, and two pictures of one person. */
import path from 'node:path';
import { falseAccepts, rate, scoresOf } from '../../../src/domain/scores/error-rates.js';
import { TWICE } from '../../../src/domain/people/twice-in-picture.js';
import { scoreOf } from '../../../src/domain/scores/normalised-score.js';
import { groupedFaces, pairKey } from '../../faces/data-sets.js';
import { listPictures } from '../../faces/embed-pictures.js';
import type { EvalContext } from '../context.js';
import { withLibrary } from '../data/fresh-library.js';
import { share } from '../output/measures.js';
import { allPeopleSets, dataFolder, everyPair } from '../data/pictures-of-people.js';
import type { Measure } from '../output/report.js';
import { SCORE, scorersOf } from '../data/scored-faces.js';

export async function twice(context: EvalContext): Promise<Measure[]> {
  return [...(await pairsOfPeople(context)), ...(await pairsOfGroups(context)), ...(await groupPhotos(context))];
}

/** Pairs of pictures, each pair as if it were pasted into one photo. */
async function pairsOfPeople(context: EvalContext): Promise<Measure[]> {
  const sets = await allPeopleSets(context);
  if (sets.length === 0) context.leaveOut('twice, people', 'no people/ and no cast/');
  return sets.flatMap(({ name, people }) => {
    const pairs = [...everyPair(people)].map(({ a, b, same }) => ({ same, taken: scoreOf(a, b) >= TWICE }));
    return [true, false].map((same) => {
      const these = pairs.filter((p) => p.same === same);
      const taken = rate(these.filter((p) => p.taken).length, these.length);
      return share({ set: name, condition: same ? 'two pictures of one' : 'of two people' }, 'taken for one', taken);
    });
  });
}

async function pairsOfGroups(context: EvalContext): Promise<Measure[]> {
  const folder = await dataFolder(null, context.folders.root, 'groups');
  const [scorer] = scorersOf(context.pack);
  if (folder === null || scorer.name !== SCORE) {
    context.leaveOut('twice, groups', 'no groups/');
    return [];
  }
  const { faces, notImpostors } = await groupedFaces(folder);
  const found = await context.faces(faces.map(({ file }) => file));
  const strangers: number[] = [],
    alike: number[] = [];
  for (const [i, a] of faces.entries())
    for (const [k, b] of faces.slice(i + 1).entries()) {
      const [one, other] = [found[i], found[i + 1 + k]];
      if (!one || !other || a.sex !== b.sex || a.group !== b.group) continue;
      const known = notImpostors.has(pairKey(path.basename(a.file), path.basename(b.file)));
      (known ? alike : strangers).push(scorer.score(one, other));
    }
  const place = { set: 'groups, pairs within a folder' };
  return [
    share({ ...place, condition: 'two people' }, 'taken for one', falseAccepts(scoresOf([], strangers), TWICE)),
    share(
      { ...place, condition: 'one person, or too alike to call' },
      'taken for one',
      falseAccepts(scoresOf([], alike), TWICE),
    ),
  ];
}

/** Photos of several people, indexed as photos: in none is anybody twice. */
async function groupPhotos(context: EvalContext): Promise<Measure[]> {
  const folder = await dataFolder(null, context.folders.root, 'cast');
  const photos = folder === null ? [] : (await listPictures(folder)).filter((file) => path.dirname(file) === folder);
  if (photos.length === 0) {
    context.leaveOut('twice, group photographs', 'no pictures in cast/ itself');
    return [];
  }
  return withLibrary(photos, context, async ({ services }) => {
    const { identities } = await services.identities.list({}, context.signal);
    const appearances = identities.flatMap((i) => i.appearances);
    const faces = appearances.reduce((sum, a) => sum + a.track_ids.length, 0);
    const more = faces - appearances.length;
    return [
      share({ set: 'cast, group photographs', condition: '' }, 'faces of somebody there already', rate(more, faces)),
    ];
  });
}
