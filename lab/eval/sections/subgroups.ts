/** Whom scores fail: false accepts among people of one sex and group, and by age. */
import path from 'node:path';
import { falseAccepts, scoresOf, thresholdAtTar, type Rate } from '../../../src/domain/scores/error-rates.js';
import { dot } from '../../../src/domain/vectors.js';
import { groupedFaces, pairKey, type GroupedFace } from '../../faces/data-sets.js';
import type { EvalContext } from '../context.js';
import { loadLfw } from '../data/lfw.js';
import { score, share } from '../output/measures.js';
import { dataFolder } from '../data/pictures-of-people.js';
import type { Measure } from '../output/report.js';
import {
  AS_NORM,
  CAPPED,
  COSINE,
  GEOMETRIC,
  NO_FLOOR,
  SCORE,
  scorersOf,
  type EvalFace,
  type Scorer,
} from '../data/scored-faces.js';

type Labelled = GroupedFace & { face: EvalFace };
interface Impostors {
  a: Labelled;
  b: Labelled;
}

/** Share of LFW's genuine pairs that the operating point of the comparison keeps. */
const KEPT = 0.978;
const AGES = { infants: [0, 3], children: [4, 12], adults: [18, 200] } as const;
type AgeBand = keyof typeof AGES;

export async function subgroups(context: EvalContext): Promise<Measure[]> {
  const folder = await dataFolder(null, context.folders.root, 'groups');
  if (folder === null) {
    context.leaveOut('subgroups', 'no folder groups/ with {sex}/{group}/AGE_….jpg');
    return [];
  }
  const { faces, notImpostors } = await groupedFaces(folder);
  const found = await context.faces(faces.map(({ file }) => file));
  const test = faces.flatMap((labels, i): Labelled[] => {
    const face = found[i];
    return face && labels.half === 'test' ? [{ ...labels, face }] : [];
  });
  const pairs = withinFolders(test, notImpostors);
  const lfw = await loadLfw(context);
  if (!lfw) context.leaveOut(`subgroups at the threshold that keeps ${100 * KEPT} % of LFW`, 'no LFW');

  return scorersOf(context.pack)
    .filter(({ name }) => [SCORE, NO_FLOOR, GEOMETRIC, CAPPED, AS_NORM, COSINE].includes(name))
    .flatMap((scorer) => {
      const points: { at: string; threshold: number }[] =
        scorer.name === SCORE
          ? [{ at: 'balanced τ', threshold: context.pack.calibration.points.balanced.threshold }]
          : [];
      if (lfw) {
        const genuine = lfw.pairs
          .filter((p) => p.same)
          .map(({ a, b }) => scoreOf(scorer, lfw.faces.get(a), lfw.faces.get(b)));
        if (genuine.length > 0)
          points.push({
            at: `τ that keeps ${100 * KEPT} % of LFW`,
            threshold: thresholdAtTar(scoresOf(genuine, []), KEPT),
          });
      }
      return points.flatMap(({ at, threshold }) => [
        score({ set: 'groups', condition: `${scorer.name}, ${at}` }, 'threshold', threshold),
        ...atThreshold(pairs, scorer, threshold, `${scorer.name}, ${at}`),
      ]);
    });
}

function scoreOf(scorer: Scorer, a: EvalFace | null | undefined, b: EvalFace | null | undefined): number {
  return a && b ? scorer.score(a, b) : -1;
}

/** Pairs of two people of one sex and group, without those that may be one person. */
function withinFolders(faces: readonly Labelled[], not: ReadonlySet<string>): Impostors[] {
  return faces.flatMap((a, i) =>
    faces
      .slice(i + 1)
      .filter(
        (b) =>
          a.sex === b.sex && a.group === b.group && !not.has(pairKey(path.basename(a.file), path.basename(b.file))),
      )
      .map((b) => ({ a, b })),
  );
}

function atThreshold(pairs: readonly Impostors[], scorer: Scorer, threshold: number, condition: string): Measure[] {
  const far = (of: readonly Impostors[]): Rate =>
    falseAccepts(
      scoresOf(
        [],
        of.map(({ a, b }) => scorer.score(a.face, b.face)),
      ),
      threshold,
    );
  const place = { set: 'groups', condition };
  const is = ({ age }: Labelled, which: AgeBand) => age >= AGES[which][0] && age <= AGES[which][1];
  const aged = (which: AgeBand, other = which) =>
    pairs.filter(({ a, b }) => (is(a, which) && is(b, other)) || (is(a, other) && is(b, which)));
  const withAdults = {
    infants: aged('infants', 'adults'),
    children: aged('children', 'adults'),
    adults: aged('adults'),
  };
  const adults = new Map<string, Impostors[]>();
  for (const pair of withAdults.adults) {
    const name = `${pair.a.group} ${pair.a.sex}`;
    adults.set(name, [...(adults.get(name) ?? []), pair]);
  }
  const rates = [...adults].map(([name, of]) => ({ name, rate: far(of) })).sort((p, q) => p.name.localeCompare(q.name));
  const ordered = rates.map(({ rate }) => rate.rate).sort((p, q) => p - q);
  const best = ordered[0] ?? 0,
    worst = ordered.at(-1) ?? 0;
  return [
    share(place, 'FAR, all', far(pairs)),
    share(place, 'FAR, both 0–3 years', far(aged('infants'))),
    share(place, 'FAR, both 4–12 years', far(aged('children'))),
    share(place, 'FAR, 0–3 years with an adult', far(withAdults.infants)),
    share(place, 'FAR, 4–12 years with an adult', far(withAdults.children)),
    ...Object.entries(withAdults).map(([band, of]) =>
      score(place, `taken from the cosine, ${band} with adults`, taken(of, scorer), of.length),
    ),
    ...rates.map(({ name, rate }) => share(place, `FAR, adult ${name}`, rate)),
    score(place, 'FAR, worst adult folder ÷ best', best > 0 ? worst / best : Infinity, rates.length),
  ];
}

/** How much lower than the cosine the scores are, in the mean: pairs of one person lose as much. */
function taken(pairs: readonly Impostors[], scorer: Scorer): number {
  return (
    pairs.reduce((sum, { a, b }) => sum + dot(a.face.vector, b.face.vector) - scorer.score(a.face, b.face), 0) /
    pairs.length
  );
}
