import { bestAccuracy, scoresOf } from '../../src/domain/scores/error-rates.js';

export interface ScoredPair {
  score: number;
  same: boolean;
}

/**
 * LFW's folds in file order: each lists its pairs of one person first, then those of two; so a fold starts where one
 * person follows two.
 */
export function foldsOf<T extends { same: boolean }>(pairs: readonly T[]): T[][] {
  const folds: T[][] = [];
  let before: boolean | undefined;
  for (const pair of pairs) {
    if (folds.length === 0 || (pair.same && before === false)) folds.push([]);
    folds.at(-1)?.push(pair);
    before = pair.same;
  }
  return folds;
}

/**
 * Accuracy of each fold at the threshold that is best on all others (LFW's protocol, Huang et al. 2007), with mean and
 * standard deviation over the folds. @returns null for fewer than two folds
 */
export function crossValidate(
  folds: readonly (readonly ScoredPair[])[],
): { accuracies: number[]; mean: number; sd: number } | null {
  if (folds.length < 2) return null;
  const accuracies = folds.map((fold, k) => {
    const others = folds.filter((_, j) => j !== k).flat();
    const { threshold } = bestAccuracy(
      scoresOf(
        others.filter((p) => p.same).map((p) => p.score),
        others.filter((p) => !p.same).map((p) => p.score),
      ),
    );
    return fold.filter((p) => p.score >= threshold === p.same).length / fold.length;
  });
  const mean = accuracies.reduce((s, a) => s + a, 0) / accuracies.length;
  return {
    accuracies,
    mean,
    sd: Math.sqrt(accuracies.reduce((s, a) => s + (a - mean) ** 2, 0) / (accuracies.length - 1)),
  };
}
