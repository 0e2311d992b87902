/** Who is it: a gallery of one picture a person, and the rest as probes. */
import { detectionAndIdentification, rankOne, type Probe } from '../../measures/identification.js';
import { rate } from '../../../src/domain/scores/error-rates.js';
import { comparisonsOf } from '../../../src/domain/scores/comparisons.js';
import { decide } from '../../../src/domain/scores/decision.js';
import { populationExcess } from '../../../src/domain/scores/normalised-score.js';
import { normalise } from '../../../src/domain/vectors.js';
import type { PackInfo } from '../../../src/vision/pipeline.js';
import { bestOfSeveral } from '../methods/best-of-several.js';
import type { EvalContext } from '../context.js';
import { lfwPeople, loadLfw } from '../data/lfw.js';
import { count, score, share } from '../output/measures.js';
import { allPeopleSets } from '../data/pictures-of-people.js';
import type { Curve, Measure } from '../output/report.js';
import { COSINE, SCORE, scorersOf, type EvalFace, type Scorer } from '../data/scored-faces.js';

const FARS = [1e-2, 1e-1];
const CURVE_FARS = Array.from({ length: 19 }, (_, i) => 10 ** (-3 + i / 6));

export async function identification(context: EvalContext): Promise<Measure[]> {
  const sets = await gallerySets(context);
  const scorers = scorersOf(context.pack).filter(({ name }) => name === SCORE || name === COSINE);
  const curve: Curve = {
    title: 'Open-set search: DIR at FAR',
    x: { label: 'share of probes of nobody in the gallery that lead to somebody', log: true },
    y: { label: 'detection and identification rate' },
    series: [],
  };
  const rows = sets.flatMap(({ name, people }) =>
    scorers.flatMap((scorer) => {
      const probes = probesOf(people, scorer);
      const place = { set: name, condition: scorer.name };
      if (scorer.name === SCORE)
        curve.series.push({
          name,
          points: CURVE_FARS.filter((far) => far * probes.length >= 1).map(
            (far) => [far, detectionAndIdentification(probes, far).rate] as const,
          ),
        });
      return [
        ...(scorer.name === SCORE ? [count(place, 'people in the gallery', people.size)] : []),
        share(place, 'rank-1', rankOne(probes)),
        ...FARS.filter((far) => far * probes.length >= 1).flatMap((far) => {
          const found = detectionAndIdentification(probes, far);
          return [share(place, `DIR at FAR ${far}`, found), score(place, `threshold at FAR ${far}`, found.threshold)];
        }),
        ...(scorer.name === SCORE
          ? [
              ...decided({ set: name, condition: 'as decided' }, people, probesEach(people, 1), scorer, context.pack),
              ...decided(
                { set: name, condition: `as decided, ${TOGETHER} pictures as one` },
                people,
                probesTogether(people, context.pack),
                scorer,
                context.pack,
              ),
              ...SEVERAL.flatMap((pictures) => {
                const those = new Map([...people].filter(([, faces]) => faces.length >= pictures));
                const place = { set: name, condition: `as decided, gallery of ${those.size} people with ${pictures}` };
                return decided(place, those, probesEach(those, pictures), scorer, context.pack, pictures);
              }),
            ]
          : []),
      ];
    }),
  );
  context.draw(curve);
  const lfw = sets.find(({ name }) => name === 'LFW');
  const scorer = scorers.find(({ name }) => name === SCORE);
  return lfw && scorer ? [...rows, ...bestOfSeveral(lfw.people, scorer)] : rows;
}

async function gallerySets(context: EvalContext): Promise<{ name: string; people: Map<string, EvalFace[]> }[]> {
  const sets = [];
  const together = new Map<string, EvalFace[]>();
  for (const set of await allPeopleSets(context))
    for (const [person, faces] of set.people) together.set(`${set.name}/${person}`, faces);
  if (together.size > 1) sets.push({ name: 'people and cast', people: together });
  else context.leaveOut('people and cast', 'no folder people/ or cast/ with two people and more');
  const lfw = await loadLfw(context);
  if (lfw) sets.push({ name: 'LFW', people: lfwPeople(lfw) });
  else context.leaveOut('LFW', 'no LFW');
  return sets;
}

/** A probe's best and second-best person of a gallery, and the quality of the weaker face. */
interface Ranked {
  person: string;
  score: number;
  runnerUp: number;
  quality: number;
}

/** A picture of somebody to look for, or several as one. */
interface Asked {
  person: string;
  probe: EvalFace;
}

/** Pictures that everybody of a gallery has, who is then known by the best of them. */
const SEVERAL = [3, 5];

/** Every picture but those of the gallery. */
function probesEach(people: ReadonlyMap<string, readonly EvalFace[]>, pictures: number): Asked[] {
  return [...people].flatMap(([person, faces]) => faces.slice(pictures).map((probe) => ({ person, probe })));
}

/** Pictures of one person that are asked about as one, by the mean of their vectors. No tool takes them so yet. */
const TOGETHER = 3;

function probesTogether(people: ReadonlyMap<string, readonly EvalFace[]>, { population }: PackInfo): Asked[] {
  return [...people].flatMap(([person, [, ...rest]]) =>
    Array.from({ length: Math.floor(rest.length / TOGETHER) }, (_, k) => {
      const faces = rest.slice(k * TOGETHER, (k + 1) * TOGETHER);
      const [first, ...others] = faces;
      if (!first) return [];
      const vector = first.vector.map((x, i) => others.reduce((sum, f) => sum + (f.vector[i] ?? 0), x));
      normalise(vector);
      const quality = faces.reduce((sum, f) => sum + f.quality, 0) / faces.length;
      return [
        { person, probe: { ...first, vector, quality, population_excess: populationExcess(vector, population) } },
      ];
    }).flat(),
  );
}

/** What the pack answers to each probe: with its person in the gallery, and with that person left out. */
function decided(
  place: { set: string; condition: string },
  people: ReadonlyMap<string, readonly EvalFace[]>,
  asked: readonly Asked[],
  scorer: Scorer,
  pack: PackInfo,
  pictures = 1,
): Measure[] {
  const gallery = galleryOf(people, pictures);
  const answers = asked.map(({ person, probe }) => {
    const ask = (known: typeof gallery) => {
      const best = rank(probe, known, scorer);
      const { decision } = decide(
        {
          score: best.score,
          rawCosine: best.score,
          networkCosines: {},
          runnerUp: best.runnerUp,
          compared: known.length / pictures,
          comparisons: (known.length / pictures) * comparisonsOf(pictures),
          quality: best.quality,
        },
        pack.calibration,
        pack.id,
        null,
      );
      return { decision, right: best.person === person };
    };
    return { known: ask(gallery), stranger: ask(gallery.filter((g) => g.person !== person)).decision };
  });
  const of = (is: (x: (typeof answers)[number]) => boolean) => rate(answers.filter(is).length, answers.length);
  return [
    share(
      place,
      'known: right',
      of(({ known }) => known.decision === 'match' && known.right),
    ),
    share(
      place,
      'known: taken for another',
      of(({ known }) => known.decision === 'match' && !known.right),
    ),
    share(
      place,
      'known: ambiguous, right one first',
      of(({ known }) => known.decision === 'ambiguous' && known.right),
    ),
    share(
      place,
      'known: ambiguous, another first',
      of(({ known }) => known.decision === 'ambiguous' && !known.right),
    ),
    share(
      place,
      'known: not found',
      of(({ known }) => known.decision === 'no_match'),
    ),
    share(
      place,
      'stranger: taken for somebody',
      of(({ stranger }) => stranger === 'match'),
    ),
    share(
      place,
      'stranger: ambiguous',
      of(({ stranger }) => stranger === 'ambiguous'),
    ),
  ];
}

function rank(probe: EvalFace, gallery: ReturnType<typeof galleryOf>, scorer: Scorer): Ranked {
  const best: Ranked = { person: '', score: -1, runnerUp: -1, quality: 0 };
  for (const { person, face } of gallery) {
    const score = scorer.score(probe, face);
    if (score > best.score) {
      const runnerUp = person === best.person ? best.runnerUp : best.score;
      Object.assign(best, { person, score, runnerUp, quality: Math.min(probe.quality, face.quality) });
    } else if (person !== best.person) best.runnerUp = Math.max(best.runnerUp, score);
  }
  return best;
}

/** The first pictures of everyone; people without another one are there to be mistaken for. */
function galleryOf(
  people: ReadonlyMap<string, readonly EvalFace[]>,
  pictures = 1,
): { person: string; face: EvalFace }[] {
  return [...people].flatMap(([person, faces]) => faces.slice(0, pictures).map((face) => ({ person, face })));
}

function probesOf(people: ReadonlyMap<string, readonly EvalFace[]>, scorer: Scorer): Probe[] {
  const gallery = galleryOf(people);
  return [...people].flatMap(([person, [, ...rest]]) =>
    rest.map((probe) => {
      const best: Probe = { own: -Infinity, other: -Infinity };
      for (const known of gallery) {
        const whose = known.person === person ? 'own' : 'other';
        best[whose] = Math.max(best[whose], scorer.score(probe, known.face));
      }
      return best;
    }),
  );
}
