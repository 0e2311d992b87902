/** How much oftener strangers score high with the best of several pictures of somebody than with one. */
import { score } from '../output/measures.js';
import type { Measure } from '../output/report.js';
import type { EvalFace, Scorer } from '../data/scored-faces.js';

/** Pictures of which the best counts; people who have the most of them are compared. */
const PICTURES = [2, 4, 9];
/** The balanced threshold of the default pack, rounded, and above. */
const THRESHOLDS = [0.35, 0.4, 0.45];

/**
 * The chance of a stranger with the best of n pictures ÷ that with one, everybody's first picture against all of those
 * who have as many as the last of PICTURES: the mean over all choices of n.
 */
export function bestOfSeveral(people: ReadonlyMap<string, readonly EvalFace[]>, scorer: Scorer): Measure[] {
  const most = Math.max(...PICTURES);
  const known = [...people].filter(([, faces]) => faces.length >= most);
  const scores = known.flatMap(([person, faces]) =>
    [...people].flatMap(([other, [probe]]) =>
      other === person || !probe ? [] : [faces.map((face) => scorer.score(probe, face))],
    ),
  );
  return THRESHOLDS.flatMap((threshold) => {
    const mean = (n: number) => scores.reduce((sum, all) => sum + bestReaches(all, threshold, n), 0) / scores.length;
    const one = mean(1);
    return PICTURES.map((n) => {
      const place = { set: 'LFW', condition: `strangers, score above ${threshold}, ${known.length} people` };
      return score(place, `times as often with the best of ${n}`, mean(n) / one);
    });
  });
}

/** Chance that the best of n of these scores, chosen at random, is at least the threshold (hypergeometric). */
function bestReaches(scores: readonly number[], threshold: number, n: number): number {
  const below = scores.filter((s) => s < threshold).length;
  let none = 1;
  for (let i = 0; i < n; i++) none *= Math.max(0, below - i) / (scores.length - i);
  return 1 - none;
}
