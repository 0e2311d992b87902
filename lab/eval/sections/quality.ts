/**
 * What the quality of a face is worth: how misses fall as poor pictures are rejected; beside it the embedding's norm.
 */
import { errorVersusReject, type QualifiedPair } from '../../measures/error-versus-reject.js';
import type { EvalContext } from '../context.js';
import { loadLfw } from '../data/lfw.js';
import { share } from '../output/measures.js';
import { allPeopleSets, everyPair } from '../data/pictures-of-people.js';
import type { Curve, Measure } from '../output/report.js';
import { scorersOf, type EvalFace } from '../data/scored-faces.js';

const REJECTED = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5];
/** Of these the table has rows; the curve has all. */
const TABLED = [0, 0.1, 0.2, 0.3];

/** What pictures may be rejected by. */
const SIGNALS: readonly { name: string; of(face: EvalFace): number }[] = [
  { name: 'quality', of: (f) => f.quality },
  { name: 'embedding norm', of: (f) => f.norm },
];

export async function quality(context: EvalContext): Promise<Measure[]> {
  const threshold = context.pack.calibration.points.balanced.threshold,
    [scorer] = scorersOf(context.pack);
  const curve: Curve = {
    title: 'Error versus reject: genuine pairs missed at the balanced τ',
    x: { label: 'share of pairs rejected, lowest first', log: false },
    y: { label: 'false non-match rate' },
    series: [],
  };
  const rows = (await genuineSets(context)).flatMap(({ name, pairs }) =>
    SIGNALS.flatMap((signal) => {
      const qualified: QualifiedPair[] = pairs.map(([a, b]) => ({
        score: scorer.score(a, b),
        quality: Math.min(signal.of(a), signal.of(b)),
      }));
      const points = errorVersusReject(qualified, threshold, REJECTED);
      curve.series.push({
        name: `${name}, by ${signal.name}`,
        points: points.map((p) => [p.share, p.missed.rate] as const),
      });
      return points
        .filter((p) => TABLED.includes(p.share))
        .map((p) =>
          share(
            { set: name, condition: `${Math.round(100 * p.share)} % rejected by ${signal.name}` },
            'missed at the balanced τ',
            p.missed,
          ),
        );
    }),
  );
  context.draw(curve);
  return rows;
}

async function genuineSets(context: EvalContext): Promise<{ name: string; pairs: [EvalFace, EvalFace][] }[]> {
  const sets: { name: string; pairs: [EvalFace, EvalFace][] }[] = [];
  const lfw = await loadLfw(context);
  if (lfw) {
    sets.push({
      name: 'LFW',
      pairs: lfw.pairs
        .filter((p) => p.same)
        .flatMap((p): [EvalFace, EvalFace][] => {
          const a = lfw.faces.get(p.a),
            b = lfw.faces.get(p.b);
          return a && b ? [[a, b]] : [];
        }),
    });
  } else context.leaveOut('LFW', 'no LFW');
  const people = await allPeopleSets(context);
  const pairs = people.flatMap((set) =>
    [...everyPair(set.people)].filter((p) => p.same).map(({ a, b }): [EvalFace, EvalFace] => [a, b]),
  );
  if (pairs.length > 0) sets.push({ name: 'people and cast', pairs });
  else context.leaveOut('people and cast', 'no two pictures of one person');
  return sets.filter((set) => set.pairs.length > 0);
}
