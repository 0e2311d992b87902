/** What the quality of a face is worth: how misses fall as poor pictures are rejected. */
import { errorVersusReject, type QualifiedPair } from '../../../src/domain/evaluation/error-versus-reject.js';
import type { EvalContext } from '../context.js';
import { loadLfw } from '../lfw.js';
import { share } from '../measures.js';
import { allPeopleSets, everyPair } from '../pictures-of-people.js';
import type { Curve, Measure } from '../report.js';
import { scorersOf, type EvalFace } from '../scored-faces.js';

const REJECTED = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5];
/** Of these the table has rows; the curve has all. */
const TABLED = [0, 0.1, 0.2, 0.3];

export async function quality(context: EvalContext): Promise<Measure[]> {
  const threshold = context.pack.calibration.points.balanced.threshold;
  const curve: Curve = { title: 'Error versus reject: genuine pairs missed at the balanced τ', x: { label: 'share of pairs rejected, lowest quality first', log: false }, y: { label: 'false non-match rate' }, series: [] };
  const rows = (await genuineSets(context)).flatMap(({ name, pairs }) => {
    const points = errorVersusReject(pairs, threshold, REJECTED);
    curve.series.push({ name, points: points.map(({ share, missed }) => [share, missed.rate] as const) });
    return points.filter((p) => TABLED.includes(p.share)).map((p) => share({ set: name, condition: `${Math.round(100 * p.share)} % of lowest quality rejected` }, 'missed at the balanced τ', p.missed));
  });
  context.draw(curve);
  return rows;
}

async function genuineSets(context: EvalContext): Promise<{ name: string; pairs: QualifiedPair[] }[]> {
  const [scorer] = scorersOf(context.pack);
  const qualified = (a: EvalFace, b: EvalFace): QualifiedPair => ({ score: scorer.score(a, b), quality: Math.min(a.quality, b.quality) });
  const sets: { name: string; pairs: QualifiedPair[] }[] = [];
  const lfw = await loadLfw(context);
  if (lfw) {
    sets.push({ name: 'LFW', pairs: lfw.pairs.filter((p) => p.same).flatMap((p) => {
      const a = lfw.faces.get(p.a), b = lfw.faces.get(p.b);
      return a && b ? [qualified(a, b)] : [];
    }) });
  } else context.leaveOut('LFW', 'no LFW');
  const people = await allPeopleSets(context);
  const pairs = people.flatMap((set) => [...everyPair(set.people)].filter((p) => p.same).map(({ a, b }) => qualified(a, b)));
  if (pairs.length > 0) sets.push({ name: 'people and cast', pairs });
  else context.leaveOut('people and cast', 'no two pictures of one person');
  return sets.filter((set) => set.pairs.length > 0);
}
