/** From scores to a decision that says how sure it is. */
import { estimatedFar, farAmong, type Calibration, type CalibrationModel } from './calibration-model.js';
import { type AnyPoint, decidingPoint, nameOfDeciding, stricterPoint } from './operating-points.js';

export const DECISIONS = ['match', 'no_match', 'ambiguous'] as const;
export type Decision = (typeof DECISIONS)[number];

/** A decision, and all that it was made from. */
export interface DecisionRecord {
  decision: Decision;
  /** What was compared with the threshold. */
  score: number;
  /** τ. */
  threshold: number;
  /** Score minus the best score of anyone else; null where there is no one else. */
  margin: number | null;
  /** Chance that two different people score this high, per comparison. */
  estimated_far: number;
  /** Chance that anyone at all among those compared scores this high; null for 1:1. */
  estimated_far_library: number | null;
  raw_cosine: number;
  network_cosines: Record<string, number>;
  model_pack: string;
  /**
   * Where the threshold comes from, and its error rates there; calibration_id null: the pack's own; point null: given.
   */
  calibration: { set: string; point: AnyPoint | null; far: number; frr: number; calibration_id: string | null };
  /** In words: what made it ambiguous or weak. */
  reasons: string[];
}

/** What a decision is made from. */
export interface Evidence {
  score: number;
  rawCosine: number;
  /** See networkCosines. */
  networkCosines: Record<string, number>;
  /** Best score of anyone else; null where there is no one else. */
  runnerUp: number | null;
  /** How many people were compared with; 0 for 1:1. */
  compared: number;
  /** The sum of comparisonsOf them, where their best scores were compared; `compared` when left out. */
  comparisons?: number | undefined;
  /** Quality of the weaker face, 0..1. */
  quality: number;
  /** Shorter side of the smallest face compared, pixels of its picture; where that is known. */
  side?: number | undefined;
}

/** A match among many people is firm when the chance that anyone at all scores so by accident is at most this. */
export const LIBRARY_FAR = 0.05;
/**
 * Where anyone at all scores so by accident with more than this chance, a stranger is the likelier reason by far: of
 * people who are in a library of thousands some 3 % score so low, of strangers 80 % so high (docs/evaluation.md, one
 * among many).
 */
export const STRANGER_LIKELIER = 0.1;
/** Below this quality a face is too poor for a firm answer. */
export const POOR_QUALITY = 0.12;
/** Of faces with a shorter side, pixels, many of one person score below the threshold; hardly any with ENOUGH. */
const TOO_SMALL = 22,
  ENOUGH = 40;

/**
 * Decides: match at or above the threshold, unless someone else is within the calibrated margin or the face is too poor
 * to tell; none, among so many people that a stranger is the likelier reason for the score. Poor faces of one person
 * score lower (see CalibrationModel.evidence), so there more has to speak for a stranger.
 * @param threshold τ; when null that of the calibration's point (see decidingPoint)
 */
export function decide(
  e: Evidence,
  model: CalibrationModel & Partial<Calibration>,
  pack: string,
  threshold: number | null,
): DecisionRecord {
  const point = decidingPoint(model, e.compared);
  const tau = threshold ?? point.threshold;
  const far = estimatedFar(model, e.score);
  const margin = e.runnerUp === null ? null : e.score - e.runnerUp;
  const reasons: string[] = [];
  let decision: Decision = e.score >= tau ? 'match' : 'no_match';
  if (decision === 'match' && margin !== null && margin < model.margin && (e.runnerUp ?? -1) >= tau) {
    decision = 'ambiguous';
    reasons.push(`someone else scores within ${model.margin} of it`);
  }
  // A poor face spreads scores of the same person downwards, and lifts few of different people above the next stricter
  // point.
  if (decision === 'match' && e.quality < POOR_QUALITY && e.score < stricterPoint(model, e.compared).threshold) {
    decision = 'ambiguous';
    reasons.push('the face is too small, blurred or turned away for a firm answer');
  }
  const comparisons = e.compared > 0 ? (e.comparisons ?? e.compared) : 0;
  const among = farAmong(far, comparisons);
  const stranger = `among ${e.compared} people a stranger scores this high with a chance of ${Math.round(100 * among)} %`;
  if (decision === 'match' && threshold === null && among > LIBRARY_FAR) {
    decision = 'ambiguous';
    reasons.push(stranger);
  }
  if (decision === 'ambiguous' && threshold === null) {
    const ifGood = e.score + model.evidence.poor * (1 - e.quality);
    if (farAmong(estimatedFar(model, ifGood), comparisons) > STRANGER_LIKELIER) {
      decision = 'no_match';
      reasons.splice(0, Infinity, `${stranger}: likelier than that it is one of them`);
    }
  }
  if (decision === 'no_match' && e.side !== undefined && e.side < TOO_SMALL)
    reasons.push(
      `a face is only ${Math.round(e.side)} pixels wide: many so small score as low with their own person, so this says little; one of ${ENOUGH} pixels or more would`,
    );
  else if (decision === 'no_match' && e.quality < POOR_QUALITY)
    reasons.push('the face is of poor quality: a better picture may match');
  return {
    decision,
    score: e.score,
    threshold: tau,
    margin,
    estimated_far: far,
    estimated_far_library: e.compared > 0 ? among : null,
    raw_cosine: e.rawCosine,
    network_cosines: e.networkCosines,
    model_pack: pack,
    calibration: {
      set: model.set,
      point: threshold === null ? nameOfDeciding(model, e.compared) : null,
      far: point.far,
      frr: point.frr,
      calibration_id: model.calibration_id ?? null,
    },
    reasons,
  };
}
