/** Who in the library is most like a face, and how sure that is. */
import type { Calibration } from '../../domain/scores/calibration-model.js';
import { decidingPoint } from '../../domain/scores/operating-points.js';
import { decide, type DecisionRecord } from '../../domain/scores/decision.js';
import { networkCosines, normalisedScore } from '../../domain/scores/normalised-score.js';
import { seenTogether } from '../../domain/people/co-visibility.js';
import { fragmentsOf } from '../../domain/people/fragments.js';
import { dot } from '../../domain/vectors.js';
import type { Library } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { PackInfo } from '../../vision/pipeline.js';
import type { Candidate } from '../answers/find-person.js';
import type { View } from '../library/library-view.js';
import type { QueryFace } from '../pictures/picture-reader.js';

/** Tracks looked at per queried face; scores beyond them are far below any threshold. */
const NEAREST = 400;
/** Nearest people that an answer names. */
export const CANDIDATES = 5;

export interface RankingContext {
  view: View;
  library: Library;
  pack: PackInfo;
  calibration: Calibration;
  /** In place of the calibrated one; null for that. */
  threshold: number | null;
  video_ids?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** Someone of the library beside a face: what the best of their tracks says. */
export interface RankedPerson {
  person: IdentityRow;
  score: number;
  cosine: number;
  quality: number;
  /** Of the best, or a reference_id. */
  track_id: string;
  /** Of the best where it is a reference photo. */
  vector: Float32Array | null;
  /** Score of each of their tracks that was compared. */
  tracks: Map<string, number>;
}

/** People by the best score of any of their tracks, best first. */
export async function rankPeople(face: QueryFace, context: RankingContext): Promise<RankedPerson[]> {
  const { view, library, video_ids, signal } = context;
  const people = new Map<string, RankedPerson>();
  const hold = (found: Omit<RankedPerson, 'tracks'>): void => {
    const held = people.get(found.person.identity_id);
    const tracks = (held?.tracks ?? new Map<string, number>()).set(found.track_id, found.score);
    if (!held || found.score > held.score) people.set(found.person.identity_id, { ...found, tracks });
  };
  for (const n of await library.nearest(face.vector, NEAREST, video_ids ? { video_ids } : {}, signal)) {
    const person = view.ownerOf(n.track_id);
    if (!person) continue;
    const score = normalisedScore(n.cosine, face.population_excess, n.population_excess);
    hold({ person, score, cosine: n.cosine, quality: n.quality, track_id: n.track_id, vector: null });
  }
  // Who was enrolled may not be seen yet, or look other than in the footage.
  for (const [identity_id, photos] of view.references)
    for (const { reference_id, vector, population_excess, quality } of photos) {
      const cosine = dot(face.vector, vector);
      const score = normalisedScore(cosine, face.population_excess, population_excess);
      hold({ person: view.person(identity_id), score, cosine, quality, track_id: reference_id, vector });
    }
  return [...people.values()].sort((a, b) => b.score - a.score);
}

/**
 * Whether the face is `claimed`, given how everybody else scores. Someone who scores nearly as high and never shares
 * the screen with them is most likely the same person, whose tracks were not joined: not a rival, but found with them.
 * @returns the decision, and those found by it when it is a match
 */
export async function decideAmong(
  face: QueryFace,
  claimed: RankedPerson | null,
  ranked: readonly RankedPerson[],
  { view, library, pack, calibration, threshold, signal }: RankingContext,
): Promise<{ decision: DecisionRecord; same: RankedPerson[]; rival: RankedPerson | null }> {
  const tau = threshold ?? decidingPoint(calibration, 1).threshold;
  const others = ranked.filter((r) => r.person !== claimed?.person);
  const parts = claimed
    ? fragmentsOf(claimed, others, tau, calibration, (r) => shareScreen(view, r.person, claimed.person))
    : [];
  const rival = others.find((r) => !parts.includes(r)) ?? null;
  const decision = decide(
    {
      score: claimed?.score ?? -1,
      rawCosine: claimed?.cosine ?? -1,
      networkCosines: claimed ? await cosinesTo(claimed, face, library, pack, signal) : {},
      runnerUp: rival?.score ?? null,
      compared: view.people.length,
      quality: Math.min(face.quality, claimed?.quality ?? 1),
    },
    calibration,
    pack.id,
    threshold,
  );
  return { decision, same: claimed && claimed.score >= tau ? [claimed, ...parts] : parts, rival };
}

/** The nearest people as an answer names them. */
export function candidatesOf(ranked: readonly RankedPerson[]): Candidate[] {
  return ranked
    .slice(0, CANDIDATES)
    .map(({ person, score }) => ({ identity_id: person.identity_id, name: person.name, score }));
}

/** Whether two people are on screen at one moment somewhere. */
export function shareScreen(view: View, a: IdentityRow, b: IdentityRow): boolean {
  return seenTogether(view.tracksOf(a), view.tracksOf(b));
}

async function cosinesTo(
  { track_id, vector }: RankedPerson,
  face: QueryFace,
  library: Library,
  pack: PackInfo,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const data = vector ?? (await library.vectors({ track_ids: [track_id] }, signal)).data;
  return data.length > 0 ? networkCosines(face.vector, data, pack.blocks) : {};
}
