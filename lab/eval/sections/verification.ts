/** One person or two: pairs of pictures with the answer known. */
import { bootstrap } from '../../measures/bootstrap.js';
import { crossValidate, foldsOf } from '../../measures/folds.js';
import {
  auc,
  bestAccuracy,
  equalErrorRate,
  rate,
  scoresOf,
  tarAtFar,
  type Scores,
} from '../../../src/domain/scores/error-rates.js';
import { decide } from '../../../src/domain/scores/decision.js';
import { dot } from '../../../src/domain/vectors.js';
import type { PackInfo } from '../../../src/vision/pipeline.js';
import { csvPairs } from '../../faces/data-sets.js';
import { seededRandom } from '../../../src/domain/seeded-sample.js';
import type { EvalContext } from '../context.js';
import { loadLfw } from '../data/lfw.js';
import { count, score, share } from '../output/measures.js';
import { allPeopleSets, dataFolder, everyPair } from '../data/pictures-of-people.js';
import type { Curve, Measure } from '../output/report.js';
import { scorersOf, type FacePair } from '../data/scored-faces.js';
import { witnesses } from '../methods/witnesses.js';

interface PairSet {
  name: string;
  pairs: FacePair[] /** Whether the order of the pairs tells folds. */;
  folds: boolean;
}

/** A pair without a face in one of its pictures: nothing to accept. */
const NO_FACE = -1;
/** More pairs than this get no interval by drawing again. */
const DRAWN_UP_TO = 20_000;
const FARS = [1e-2, 1e-3];
const CURVE_FARS = Array.from({ length: 25 }, (_, i) => 10 ** (-4 + i / 6));

export async function verification(context: EvalContext): Promise<Measure[]> {
  const sets = await pairSets(context);
  return sets.flatMap((set) => {
    const curve: Curve = {
      title: `ROC, ${set.name}`,
      x: { label: 'false-accept rate', log: true },
      y: { label: 'true-accept rate' },
      series: [],
    };
    const rows = scorersOf(context.pack).flatMap((scorer) => {
      const scored = set.pairs.map(({ a, b, same }) => ({ same, score: a && b ? scorer.score(a, b) : NO_FACE }));
      const scores = scoresOf(
        scored.filter((p) => p.same).map((p) => p.score),
        scored.filter((p) => !p.same).map((p) => p.score),
      );
      curve.series.push({
        name: scorer.name,
        points: CURVE_FARS.filter((far) => far >= 1 / scores.impostor.length).map(
          (far) => [far, tarAtFar(scores, far).rate] as const,
        ),
      });
      const folds = set.folds ? crossValidate(foldsOf(scored)) : null;
      const place = { set: set.name, condition: scorer.name };
      return [
        ...ofScores(place, scores),
        ...(folds
          ? [
              score(place, 'accuracy, mean of folds', folds.mean, folds.accuracies.length),
              score(place, 'accuracy, sd of folds', folds.sd, folds.accuracies.length),
            ]
          : []),
      ];
    });
    context.draw(curve);
    const faceless = set.pairs.filter(({ a, b }) => !a || !b).length;
    return [
      ...rows,
      ...decided(set, context.pack),
      ...witnesses(set.name, set.pairs, context.pack),
      count({ set: set.name, condition: '' }, 'pairs without a face', faceless, set.pairs.length),
    ];
  });
}

async function pairSets(context: EvalContext): Promise<PairSet[]> {
  const sets: PairSet[] = [];
  const lfw = await loadLfw(context);
  if (lfw) {
    sets.push({
      name: 'LFW',
      folds: true,
      pairs: lfw.pairs.map(({ a, b, same }) => ({ a: lfw.faces.get(a) ?? null, b: lfw.faces.get(b) ?? null, same })),
    });
    if (lfw.missing > 0) context.leaveOut(`${lfw.missing} pairs of LFW`, 'their pictures are not there');
  } else context.leaveOut('LFW', 'no folder lfw/ with pairs.txt and images/ (or --lfw)');
  const pairs = await dataFolder(null, context.folders.root, 'pairs');
  if (pairs) {
    const list = await csvPairs(pairs),
      files = [...new Set(list.flatMap(({ a, b }) => [a, b]))].sort();
    const found = await context.faces(files),
      of = new Map(files.map((file, i) => [file, found[i] ?? null]));
    sets.push({
      name: 'pairs',
      folds: false,
      pairs: list.map(({ a, b, same }) => ({ a: of.get(a) ?? null, b: of.get(b) ?? null, same })),
    });
  } else context.leaveOut('labelled pairs', 'no folder pairs/ with master.csv');
  const people = await allPeopleSets(context);
  if (people.length === 0)
    context.leaveOut('people', 'no folder people/ or cast/ with a folder a person (or --people)');
  for (const set of people) {
    const every = [...everyPair(set.people)];
    if (every.some((p) => p.same) && every.some((p) => !p.same))
      sets.push({ name: `people, ${set.name}`, folds: false, pairs: every });
    else context.leaveOut(`people, ${set.name}`, 'needs two people and two pictures of one');
  }
  return sets;
}

function ofScores(place: { set: string; condition: string }, scores: Scores): Measure[] {
  const pairs = scores.genuine.length + scores.impostor.length;
  const interval = (measure: (s: Scores) => number): readonly [number, number] | undefined => {
    if (pairs > DRAWN_UP_TO) return undefined;
    const { low, high } = bootstrap(scores, measure, seededRandom(1));
    return [low, high];
  };
  const best = bestAccuracy(scores);
  return [
    score(place, 'ROC AUC', auc(scores), pairs, interval(auc)),
    score(place, 'EER', equalErrorRate(scores), pairs, interval(equalErrorRate)),
    share(place, 'accuracy at the best threshold', rate(Math.round(best.accuracy * pairs), pairs)),
    score(place, 'best threshold', best.threshold),
    // A rate below one pair in all can't be told from none.
    ...FARS.filter((far) => far * scores.impostor.length >= 1).map((far) =>
      share(place, `TAR at FAR ${far}`, tarAtFar(scores, far)),
    ),
  ];
}

/** What the pack decides, and what calling a decision ambiguous does to right and wrong ones. */
function decided(set: PairSet, pack: PackInfo): Measure[] {
  const [scorer] = scorersOf(pack);
  const answers = set.pairs.map(({ a, b, same }) => {
    if (!a || !b) return { same, decision: 'no_match' as const, threshold: null, firm: !same };
    const record = decide(
      {
        score: scorer.score(a, b),
        rawCosine: dot(a.vector, b.vector),
        networkCosines: {},
        runnerUp: null,
        compared: 0,
        quality: Math.min(a.quality, b.quality),
      },
      pack.calibration,
      pack.id,
      null,
    );
    return {
      same,
      decision: record.decision,
      threshold: record.threshold,
      firm: record.score >= record.threshold === same,
    };
  });
  const genuine = answers.filter((x) => x.same),
    impostor = answers.filter((x) => !x.same);
  const wrong = answers.filter((x) => !x.firm),
    right = answers.filter((x) => x.firm);
  const where = {
    set: set.name,
    condition: `as decided, τ ${answers.find((x) => x.threshold !== null)?.threshold ?? 'none'}`,
  };
  const of = (list: typeof answers, is: (x: (typeof answers)[number]) => boolean) =>
    rate(list.filter(is).length, list.length);
  return [
    share(
      where,
      'right, ambiguous counted wrong',
      of(answers, (x) => x.decision === (x.same ? 'match' : 'no_match')),
    ),
    share(
      where,
      'false accepts',
      of(impostor, (x) => x.decision === 'match'),
    ),
    share(
      where,
      'false rejects',
      of(genuine, (x) => x.decision === 'no_match'),
    ),
    share(
      where,
      'ambiguous',
      of(answers, (x) => x.decision === 'ambiguous'),
    ),
    ...(wrong.length > 0
      ? [
          share(
            where,
            'wrong answers that are called ambiguous',
            of(wrong, (x) => x.decision === 'ambiguous'),
          ),
        ]
      : []),
    share(
      where,
      'right answers lost to ambiguous',
      of(right, (x) => x.decision === 'ambiguous'),
    ),
  ];
}
