/** What answers to the questions of `library suggestions` are worth, against questions picked at random. */
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import { SyntheticCast } from '../../faces/synthetic-tracks.js';
import { askQuestions, type Choice } from '../ask-questions.js';
import type { EvalContext } from '../context.js';
import { atOnce, facesAsTracks, type GroupedFace, groupFaces } from '../group-tracks.js';
import { lfwPeople, loadLfw } from '../lfw.js';
import { count, score } from '../measures.js';
import { peopleSubsets } from '../people-subsets.js';
import type { Measure } from '../report.js';
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
  for (const crowd of crowds) rows.push(...(await ask(crowd, context)));
  return rows;
}

async function ask({ name, faces, labels }: Crowd, context: EvalContext): Promise<Measure[]> {
  context.onStep(`asking about ${name}`);
  const { evidence } = context.pack.calibration;
  const compare = await context.compare();
  const clusters = await groupFaces(faces, atOnce(faces.length), context.pack.calibration, compare, context.signal);
  const tracks = facesAsTracks(faces);
  const run = (choice: Choice) => askQuestions(tracks, clusters, labels, evidence, compare, choice, AFTER);
  const best = await run({ by: 'gain' });
  const random: Awaited<ReturnType<typeof run>>[] = [];
  for (const seed of RANDOM_SEEDS) {
    context.signal.throwIfAborted();
    random.push(await run({ by: 'chance', seed }));
  }
  const mean = (of: (r: (typeof random)[number]) => number) => random.reduce((s, r) => s + of(r), 0) / random.length;
  const n = faces.length,
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
    count({ set: name, condition: 'best first' }, `answered yes of ${most}`, best.yes, most),
    count(
      { set: name, condition: 'at random' },
      `answered yes of ${most}`,
      mean((r) => r.yes),
      most,
    ),
  ];
}
