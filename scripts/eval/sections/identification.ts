/** Who is it: a gallery of one picture a person, and the rest as probes. */
import { detectionAndIdentification, rankOne, type Probe } from '../../../src/domain/evaluation/identification.js';
import type { EvalContext } from '../context.js';
import { lfwPeople, loadLfw } from '../lfw.js';
import { count, score, share } from '../measures.js';
import { allPeopleSets } from '../pictures-of-people.js';
import type { Curve, Measure } from '../report.js';
import { COSINE, SCORE, scorersOf, type EvalFace, type Scorer } from '../scored-faces.js';

const FARS = [1e-2, 1e-1];
const CURVE_FARS = Array.from({ length: 19 }, (_, i) => 10 ** (-3 + i / 6));

export async function identification(context: EvalContext): Promise<Measure[]> {
  const sets = await gallerySets(context);
  const scorers = scorersOf(context.pack).filter(({ name }) => name === SCORE || name === COSINE);
  const curve: Curve = { title: 'Open-set search: DIR at FAR', x: { label: 'share of probes of nobody in the gallery that lead to somebody', log: true }, y: { label: 'detection and identification rate' }, series: [] };
  const rows = sets.flatMap(({ name, people }) => scorers.flatMap((scorer) => {
    const probes = probesOf(people, scorer);
    const place = { set: name, condition: scorer.name };
    if (scorer.name === SCORE) curve.series.push({ name, points: CURVE_FARS.filter((far) => far * probes.length >= 1).map((far) => [far, detectionAndIdentification(probes, far).rate] as const) });
    return [
      ...(scorer.name === SCORE ? [count(place, 'people in the gallery', people.size)] : []),
      share(place, 'rank-1', rankOne(probes)),
      ...FARS.filter((far) => far * probes.length >= 1).flatMap((far) => {
        const found = detectionAndIdentification(probes, far);
        return [share(place, `DIR at FAR ${far}`, found), score(place, `threshold at FAR ${far}`, found.threshold)];
      }),
    ];
  }));
  context.draw(curve);
  return rows;
}

async function gallerySets(context: EvalContext): Promise<{ name: string; people: Map<string, EvalFace[]> }[]> {
  const sets = [];
  const together = new Map<string, EvalFace[]>();
  for (const set of await allPeopleSets(context)) for (const [person, faces] of set.people) together.set(`${set.name}/${person}`, faces);
  if (together.size > 1) sets.push({ name: 'people and cast', people: together });
  else context.leaveOut('people and cast', 'no folder people/ or cast/ with two people and more');
  const lfw = await loadLfw(context);
  if (lfw) sets.push({ name: 'LFW', people: lfwPeople(lfw) });
  else context.leaveOut('LFW', 'no LFW');
  return sets;
}

/** The first picture of everyone is the gallery; people without another one are in it to be mistaken for. */
function probesOf(people: ReadonlyMap<string, readonly EvalFace[]>, scorer: Scorer): Probe[] {
  const gallery = [...people].flatMap(([person, [face]]) => (face ? [{ person, face }] : []));
  return [...people].flatMap(([person, [, ...rest]]) => rest.map((probe) => {
    const best: Probe = { own: -Infinity, other: -Infinity };
    for (const known of gallery) {
      const whose = known.person === person ? 'own' : 'other';
      best[whose] = Math.max(best[whose], scorer.score(probe, known.face));
    }
    return best;
  }));
}
