/** How well scores tell one person from two: ROC and its points, with intervals. */

/** An error rate with its 95 % interval. */
export interface Rate {
  rate: number;
  errors: number;
  trials: number;
  low: number;
  high: number;
}

/**
 * Wilson's score interval at 95 % (Wilson 1927); for 0 errors the upper end is about 3.8 / n, near the rule of three.
 */
export function rate(errors: number, trials: number): Rate {
  if (trials === 0) return { rate: NaN, errors, trials, low: 0, high: 1 };
  const z = 1.96,
    p = errors / trials,
    z2 = (z * z) / trials;
  const middle = (p + z2 / 2) / (1 + z2),
    half = (z / (1 + z2)) * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials));
  return {
    rate: p,
    errors,
    trials,
    low: errors === 0 ? 0 : Math.max(0, middle - half),
    high: errors === trials ? 1 : Math.min(1, middle + half),
  };
}

/** Scores of genuine pairs (one person) and impostor pairs (two people), each sorted rising. */
export interface Scores {
  genuine: Float64Array;
  impostor: Float64Array;
}

export function scoresOf(genuine: Iterable<number>, impostor: Iterable<number>): Scores {
  return { genuine: Float64Array.from(genuine).sort(), impostor: Float64Array.from(impostor).sort() };
}

/** Share of impostors at or above a threshold. */
export function falseAccepts({ impostor }: Scores, threshold: number): Rate {
  return rate(impostor.length - below(impostor, threshold), impostor.length);
}

/** Share of genuine pairs below a threshold. */
export function falseRejects({ genuine }: Scores, threshold: number): Rate {
  return rate(below(genuine, threshold), genuine.length);
}

/** The lowest threshold at which at most `far` of the impostors are accepted. */
export function thresholdAtFar({ impostor }: Scores, far: number): number {
  const allowed = Math.floor(far * impostor.length + 1e-9);
  const highestRejected = impostor[impostor.length - 1 - allowed];
  return highestRejected === undefined ? -1 : nextUp(highestRejected);
}

/** The threshold that keeps at least `tar` of the genuine pairs. */
export function thresholdAtTar({ genuine }: Scores, tar: number): number {
  return genuine[Math.floor((1 - tar) * genuine.length + 1e-9)] ?? 1;
}

/** TAR at a false-accept rate: the share of genuine pairs kept there. */
export function tarAtFar(scores: Scores, far: number): Rate {
  const missed = falseRejects(scores, thresholdAtFar(scores, far));
  return rate(missed.trials - missed.errors, missed.trials);
}

/** The threshold with most pairs right, genuine and impostor counting alike, and the share right there. */
export function bestAccuracy({ genuine, impostor }: Scores): { threshold: number; accuracy: number } {
  let best = { threshold: 0, accuracy: 0 };
  for (const t of [...genuine, ...impostor.map(nextUp)]) {
    const right = genuine.length - below(genuine, t) + below(impostor, t);
    const accuracy = right / (genuine.length + impostor.length);
    if (accuracy > best.accuracy) best = { threshold: t, accuracy };
  }
  return best;
}

/** Equal error rate: where false rejects, rising with the threshold, meet false accepts, falling. */
export function equalErrorRate(scores: Scores): number {
  let low = -1,
    high = 1;
  for (let i = 0; i < 60; i++) {
    const t = (low + high) / 2;
    if (falseRejects(scores, t).rate < falseAccepts(scores, t).rate) low = t;
    else high = t;
  }
  return (falseAccepts(scores, high).rate + falseRejects(scores, high).rate) / 2;
}

/** Area under the ROC: the chance that a genuine pair scores above an impostor pair (Mann–Whitney), ties half. */
export function auc({ genuine, impostor }: Scores): number {
  let sum = 0;
  for (const g of genuine) sum += (below(impostor, g) + below(impostor, nextUp(g))) / 2;
  return sum / (genuine.length * impostor.length);
}

/** How many of sorted values lie below x. */
function below(sorted: Float64Array, x: number): number {
  let low = 0,
    high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((sorted[mid] ?? 0) < x) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** Just above x, so that x itself is rejected. */
function nextUp(x: number): number {
  return x + Math.max(Math.abs(x), 1e-6) * 1e-9;
}
