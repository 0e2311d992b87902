import { rate, type Rate } from '../../src/domain/scores/error-rates.js';

/** A pair of one person's pictures, with the quality of the poorer one. */
export interface QualifiedPair {
  score: number;
  /** 0..1. */
  quality: number;
}

/**
 * What a quality is worth (Grother & Tabassi 2007, "Performance of biometric quality measures"): the share of genuine
 * pairs below the threshold when the pairs of lowest quality are left out. It falls as more are rejected, or the
 * quality tells nothing.
 * @param shares of the pairs that are rejected, each 0..1
 */
export function errorVersusReject(
  genuine: readonly QualifiedPair[],
  threshold: number,
  shares: readonly number[],
): { share: number; missed: Rate }[] {
  const sorted = genuine.toSorted((p, q) => p.quality - q.quality);
  return shares.map((share) => {
    const kept = sorted.slice(Math.round(share * sorted.length));
    return { share, missed: rate(kept.filter(({ score }) => score < threshold).length, kept.length) };
  });
}
