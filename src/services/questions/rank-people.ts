/** Who in the library is most like a face, and how sure that is. */
import { shorterSide } from '../../domain/faces/geometry.js';
import type { Calibration } from '../../domain/scores/calibration-model.js';
import { decidingPoint } from '../../domain/scores/operating-points.js';
import { decide, type DecisionRecord } from '../../domain/scores/decision.js';
import { networkCosines, normalisedScore } from '../../domain/scores/normalised-score.js';
import { fragmentsOf } from '../../domain/people/identity-fragments.js';
import { dot } from '../../domain/vectors.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { PackInfo } from '../../vision/pipeline.js';
import type { Candidate } from '../answers/find-person.js';
import type { PeopleView } from '../library/people-view.js';
import type { QueryFace } from '../pictures/picture-reader.js';
import { keptFrom } from './kept-apart.js';
import { sharingScreen } from './share-screen.js';

/** Tracks looked at per queried face; scores beyond them are far below any threshold. */
const NEAREST = 400;
/** Nearest people that an answer names. */
export const CANDIDATES = 5;

export interface RankingContext {
  view: PeopleView;
  library: Reader;
  pack: PackInfo;
  calibration: Calibration;
  /** In place of the calibrated one; null for that. */
  threshold: number | null;
  video_ids?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** Someone of the library beside a face: what the best of their tracks says. */
export interface RankedPerson {
  person: Pick<IdentityRow, 'identity_id' | 'name'>;
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
  const names = new Map(view.named.map((p) => [p.identity_id, p.name]));
  const nearest = await library.nearest(face.vector, NEAREST, video_ids ? { video_ids } : {}, signal);
  const owners = await library.ownersOf(
    nearest.map((n) => n.track_id),
    signal,
  );
  for (const n of nearest) {
    const identity_id = owners.get(n.track_id);
    if (identity_id === undefined) continue;
    const person = { identity_id, name: names.get(identity_id) ?? null };
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
 * Whether the face is `claimed`, given how everybody else scores. Someone who scores nearly as high, never shares the
 * screen with them and is kept apart by no edit is most likely the same person, whose tracks were not joined: not a
 * rival, but found with them.
 * @returns the decision, and those found by it when it is a match
 */
export async function decideAmong(
  face: QueryFace,
  claimed: RankedPerson,
  ranked: readonly RankedPerson[],
  { view, library, pack, calibration, threshold, video_ids, signal }: RankingContext,
): Promise<{ decision: DecisionRecord; same: RankedPerson[]; rival: RankedPerson | null }> {
  const tau = threshold ?? decidingPoint(calibration, 1).threshold;
  const others = ranked.filter((r) => r.person.identity_id !== claimed.person.identity_id);
  const like = fragmentsOf(claimed, others, tau, calibration, () => false);
  const ids = like.map((r) => r.person.identity_id);
  const [beside, kept, networks, compared] = await Promise.all([
    sharingScreen(library, claimed.person.identity_id, ids, video_ids, signal),
    keptFrom(library, claimed.person.identity_id, ids, view, signal),
    cosinesTo(claimed, face, library, pack, signal),
    view.compared(),
  ]);
  const parts = like.filter(({ person: { identity_id: id } }) => !beside.has(id) && !kept.has(id));
  const rival = others.find((r) => !parts.includes(r)) ?? null;
  const decision = decide(
    {
      score: claimed.score,
      rawCosine: claimed.cosine,
      networkCosines: networks,
      runnerUp: rival?.score ?? null,
      ...compared,
      quality: Math.min(face.quality, claimed.quality),
      side: shorterSide(face.box),
    },
    calibration,
    pack.id,
    threshold,
  );
  return { decision, same: claimed.score >= tau ? [claimed, ...parts] : parts, rival };
}

/** The nearest people as an answer names them. */
export function candidatesOf(ranked: readonly RankedPerson[]): Candidate[] {
  return ranked
    .slice(0, CANDIDATES)
    .map(({ person, score }) => ({ identity_id: person.identity_id, name: person.name, score }));
}

async function cosinesTo(
  { track_id, vector }: RankedPerson,
  face: QueryFace,
  library: Reader,
  pack: PackInfo,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const data = vector ?? (await library.faces([track_id], signal))[0]?.vector;
  return data ? networkCosines(face.vector, data, pack.blocks) : {};
}
