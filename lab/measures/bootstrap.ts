import type { Scores } from '../../src/domain/scores/error-rates.js';

/**
 * 95 % interval of a measure of scores by the percentile bootstrap (Efron 1979): pairs are drawn again, genuine and
 * impostor apart. Pairs that share a picture are drawn as if they didn't, which makes it a little too narrow.
 * @param random in [0, 1)
 */
export function bootstrap(
  scores: Scores,
  measure: (drawn: Scores) => number,
  random: () => number,
  rounds = 200,
): { low: number; high: number } {
  const draw = (from: Float64Array) =>
    Float64Array.from(from, () => from[Math.floor(random() * from.length)] as number).sort();
  const values = Float64Array.from({ length: rounds }, () =>
    measure({ genuine: draw(scores.genuine), impostor: draw(scores.impostor) }),
  ).sort();
  return { low: values[Math.floor(0.025 * rounds)] as number, high: values[Math.ceil(0.975 * rounds) - 1] as number };
}
