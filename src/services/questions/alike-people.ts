/** Who of the library is most like somebody of it. */
import { overlapOf } from '../../domain/people/co-visibility.js';
import type { Calibration } from '../../domain/scores/calibration-model.js';
import { normalisedScore } from '../../domain/scores/normalised-score.js';
import type { Library } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { Candidate } from '../answers/find-person.js';
import { isSeen, type View } from '../library/library-view.js';
import { type Known, type Likeness, likenessOf, type Weighed, weigh } from '../people/alike.js';
import { joinRule } from '../people/group-tracks.js';

/** People whose tracks are nearest, and whose whole likeness is then computed; tracks looked at for them. */
const NEAR = 8,
  NEAREST_TRACKS = 400;
/** People who were enrolled and are not seen yet: those are compared one by one. */
const AWAITED = 20;

/** @property view of the whole library */
export interface AlikeContext {
  view: View;
  library: Library;
  calibration: Calibration;
  signal?: AbortSignal | undefined;
}

export interface AlikePerson {
  other: Weighed;
  likeness: Likeness;
}

function known({ view, library, calibration }: AlikeContext): Known {
  const rule = joinRule(calibration, overlapOf([...view.videos.values()]));
  return { reader: library, tracks: view.tracks, references: view.references, rule };
}

/** People with what they are compared by, in the order given. */
export function weighed(rows: readonly IdentityRow[], context: AlikeContext): Promise<Weighed[]> {
  return weigh(rows, known(context), context.signal);
}

/** How alike two are. */
export function likenessHere(a: Weighed, b: Weighed, context: AlikeContext): Likeness {
  const { view } = context;
  const people = view.people.filter((p) => !view.ignored.has(p.identity_id)).length;
  return likenessOf(a, b, people, known(context).rule, view.edits);
}

/** Those most like somebody, by the mean over pairs of faces, best first; without those that are ignored. */
export async function mostLike(someone: Weighed, context: AlikeContext): Promise<AlikePerson[]> {
  const { view, library, signal } = context;
  const { vector, population_excess } = someone.profile;
  const length = Math.hypot(...vector);
  if (!(length > 0)) return [];
  const best = new Map<IdentityRow, number>();
  for (const n of await library.nearest(
    vector.map((x) => x / length),
    NEAREST_TRACKS,
    {},
    signal,
  )) {
    const owner = view.ownerOf(n.track_id);
    if (!owner || owner.identity_id === someone.row.identity_id || view.ignored.has(owner.identity_id)) continue;
    const score = normalisedScore(n.cosine, population_excess, n.population_excess);
    best.set(owner, Math.max(score, best.get(owner) ?? -1));
  }
  const near = [...best].sort((a, b) => b[1] - a[1]).slice(0, NEAR);
  const awaited = view.named.filter(
    (p) => view.references.has(p.identity_id) && !isSeen(p, view) && p.identity_id !== someone.row.identity_id,
  );
  const others = await weighed([...near.map(([row]) => row), ...awaited.slice(0, AWAITED)], context);
  return others
    .map((other) => ({ other, likeness: likenessHere(someone, other, context) }))
    .sort((a, b) => b.likeness.score - a.likeness.score);
}

/** As an answer names them. */
export function likeCandidate({ other, likeness }: AlikePerson): Candidate {
  const { identity_id, name } = other.row;
  return { identity_id, name, score: likeness.score, chance: likeness.chance, asked: likeness.asked };
}
