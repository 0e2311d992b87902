/** What answers to the questions of `library suggestions` are worth, against questions picked at random. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { SyntheticCast } from '../../faces/synthetic-tracks.js';
import { askQuestions, type Choice } from '../methods/ask-questions.js';
import type { EvalContext } from '../context.js';
import { type FilmTracks, filmTracks } from '../data/film-tracks.js';
import { withLibrary } from '../data/fresh-library.js';
import { atOnce, facesAsTracks, type GroupedFace, groupFaces } from '../methods/group-tracks.js';
import { lfwPeople, loadLfw } from '../data/lfw.js';
import { count, score } from '../output/measures.js';
import { peopleSubsets } from '../data/people-subsets.js';
import { dataFolder } from '../data/pictures-of-people.js';
import type { Measure } from '../output/report.js';
import { readTruth } from '../data/truth-file.js';
import { personTruths } from '../../footage/person-truths.js';
import type { GroupedTrack } from '../../../src/services/grouping/group-tracks.js';
import { bcubed } from '../../measures/bcubed.js';

/** Answers after which is measured. */
const AFTER = [10, 20, 50];
const SEED = 1,
  RANDOM_SEEDS = [1, 2, 3, 4, 5];
/** The made-up crowd: small, blurred faces, as far in a picture. */
const PEOPLE = 1000,
  TRACKS = 4000,
  POOR = 0.1,
  SPREAD = 0.5;

interface Crowd {
  name: string;
  faces: readonly GroupedFace[];
  labels: readonly string[];
}

export async function questions(context: EvalContext): Promise<Measure[]> {
  const cast = new SyntheticCast(SEED),
    random = seededRandom(SEED);
  // Everyone once, then the more of somebody the smaller their number.
  const made = Array.from({ length: TRACKS }, (_, k) =>
    cast.track(`person-${k < PEOPLE ? k : Math.floor(PEOPLE * random() ** 2)}`, `video-${k % 200}`, {
      quality: POOR + SPREAD * random(),
    }),
  );
  const crowds: Crowd[] = [
    { name: `${PEOPLE} made-up people, ${TRACKS} tracks`, faces: made, labels: made.map((t) => t.person) },
  ];
  const lfw = await loadLfw(context);
  if (lfw) crowds.push(...peopleSubsets(lfwPeople(lfw), [1000], SEED).slice(0, 1));
  else context.leaveOut('questions, LFW', 'no LFW');
  const rows: Measure[] = [];
  const compare = await context.compare();
  for (const { name, faces, labels } of crowds) {
    const clusters = await groupFaces(faces, atOnce(faces.length), context.pack.calibration, compare, context.signal);
    rows.push(...(await ask({ name, tracks: facesAsTracks(faces), clusters, labels }, context)));
  }
  return [...rows, ...(await ofFilms(context))];
}

/** Films with a truth in one library, as it groups them, and with mistakes put into that. */
async function ofFilms(context: EvalContext): Promise<Measure[]> {
  const folder = await dataFolder(context.folders.videos, context.folders.root, 'videos');
  if (folder === null || !(await stat(path.join(folder, 'truth.json')).catch(() => null))) {
    context.leaveOut('questions, films', 'no folder videos/ with truth.json (or --videos)');
    return [];
  }
  const groups = (await readTruth(folder)).flatMap(({ truth, videos }) => (truth ? [{ truth, videos }] : []));
  const files = groups.flatMap(({ videos }) => videos.map((name) => path.join(folder, name)));
  // Each group's people by names of their own.
  const people = groups.flatMap(({ truth }, k) =>
    personTruths(truth).people.map((p) => ({ ...p, id: `${k} ${p.id}` })),
  );
  return withLibrary(files, context, async (library) => {
    const known = await filmTracks(library, people, context);
    const name = `${files.length} films`;
    const spoilt = known.tracks.length === 0 ? [] : withMistakes(known);
    return [
      count({ set: name, condition: '' }, 'tracks of somebody who was written down', known.tracks.length),
      count({ set: name, condition: '' }, 'tracks of others, left out', known.unknown),
      ...(await ask({ name: `${name}, as grouped`, ...known }, context)),
      ...(await ask({ name: `${name}, with mistakes`, ...known, clusters: spoilt }, context)),
    ];
  });
}

/** Every fourth identity made one with the next, and every fourth of several tracks cut in two at random. */
function withMistakes({ clusters }: Pick<FilmTracks, 'clusters'>): string[] {
  const random = seededRandom(SEED);
  const ids = [...new Set(clusters)];
  const into = new Map(ids.flatMap((id, k) => (k % 4 === 1 ? [[id, ids[k - 1] ?? id] as const] : [])));
  const cut = new Set(ids.filter((_, k) => k % 4 === 2));
  return clusters.map((c) => (cut.has(c) && random() < 0.5 ? `${c} cut` : (into.get(c) ?? c)));
}

interface Grouped {
  name: string;
  tracks: readonly GroupedTrack[];
  clusters: readonly string[];
  labels: readonly string[];
}

async function ask({ name, tracks, clusters, labels }: Grouped, context: EvalContext): Promise<Measure[]> {
  if (tracks.length === 0) return [];
  context.onStep(`asking about ${name}`);
  const { evidence } = context.pack.calibration;
  const compare = await context.compare();
  const run = (choice: Choice) => askQuestions(tracks, clusters, labels, evidence, compare, choice, AFTER);
  const best = await run({ by: 'gain' });
  const random: Awaited<ReturnType<typeof run>>[] = [];
  for (const seed of RANDOM_SEEDS) {
    context.signal.throwIfAborted();
    random.push(await run({ by: 'chance', seed }));
  }
  const mean = (of: (r: (typeof random)[number]) => number) => random.reduce((s, r) => s + of(r), 0) / random.length;
  const n = tracks.length,
    most = AFTER.at(-1) ?? 0;
  return [
    score({ set: name, condition: 'no answer' }, 'BCubed F', bcubed(clusters, labels).f, n),
    count({ set: name, condition: '' }, 'candidates', best.candidates),
    ...AFTER.flatMap((k, at) => [
      score({ set: name, condition: 'best first' }, `BCubed F after ${k} answers`, best.f[at] ?? NaN, n),
      score(
        { set: name, condition: 'at random' },
        `BCubed F after ${k} answers`,
        mean((r) => r.f[at] ?? NaN),
        n,
      ),
    ]),
    count({ set: name, condition: 'best first' }, 'questions there were', best.answered, most),
    count({ set: name, condition: 'best first' }, `answered yes of ${most}`, best.yes, most),
    count({ set: name, condition: 'best first' }, 'of those, that one is two', best.splits, most),
    count(
      { set: name, condition: 'at random' },
      `answered yes of ${most}`,
      mean((r) => r.yes),
      most,
    ),
  ];
}
