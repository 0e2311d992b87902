/** Who of the library is most like somebody of it. */
import type { Calibration } from '../../domain/scores/calibration-model.js';
import { mayBeTwice } from '../../domain/people/twice-in-picture.js';
import { normalisedScore } from '../../domain/scores/normalised-score.js';
import type { Reader } from '../../store/api.js';
import type { Candidate } from '../answers/find-person.js';
import { isSeen, type PeopleView } from '../library/people-view.js';
import { type Likeness, likenessOf, type Weighed, weigh, type WeighedRow } from '../people/likeness.js';
import { sharingScreen } from './share-screen.js';

/** People whose tracks are nearest, and whose whole likeness is then computed; tracks looked at for them. */
const NEAR = 8,
  NEAREST_TRACKS = 400;
/** Tracks beside somebody's own that are looked at first: mostly those of so many people are among them. */
const FIRST = 64;
/** Tracks looked at for whoever has hundreds of their own: with more, their own may be all that is near. */
const MOST_NEAREST = 2048;
const MOST_TRACKS = 500;
/** People who were enrolled and are not seen yet: those are compared one by one. */
const AWAITED = 20;

/** @property view of the whole library */
export interface AlikeContext {
  view: Pick<PeopleView, 'named' | 'references' | 'ignored' | 'listed' | 'totals' | 'edits'>;
  library: Reader;
  calibration: Calibration;
  /** Tracks of one person that are compared; usually so many that all are. */
  most?: number | undefined;
  signal?: AbortSignal | undefined;
}

type Named = Pick<WeighedRow, 'identity_id' | 'name'>;

export interface AlikePerson {
  other: Weighed;
  likeness: Likeness;
}

/** People with what they are compared by, in the order given. */
export function weighed(rows: readonly WeighedRow[], context: AlikeContext): Promise<Weighed[]> {
  const { library, view, most = MOST_TRACKS } = context;
  return weigh(rows, { reader: library, references: view.references, most }, context.signal);
}

/** How alike two are. */
export async function likenessHere(a: Weighed, b: Weighed, context: AlikeContext): Promise<Likeness> {
  const { view, calibration } = context;
  return likenessOf(a, b, await view.listed(), calibration.evidence, view.edits);
}

/** How alike two are of whom no tracks are at hand yet. */
export async function likenessBetween(a: Named, b: Named, context: AlikeContext): Promise<Likeness> {
  const held = await context.library.trackIdsOf([a.identity_id, b.identity_id], context.signal);
  const row = (person: Named): WeighedRow => ({ ...person, track_ids: held.get(person.identity_id) ?? [] });
  const [one, other] = await weighed([row(a), row(b)], context);
  if (!one || !other) throw new Error('weighing gives back as many as it is given');
  return likenessHere(one, other, context);
}

/**
 * Those most like somebody, by the mean over pairs of faces, best first; without those that are ignored. Of those who
 * are not to be asked about, `together` says what the faces that were compared do.
 */
export async function mostLike(someone: Weighed, context: AlikeContext): Promise<AlikePerson[]> {
  const { view, library, signal } = context;
  const { vector } = someone.profile;
  const length = Math.hypot(...vector);
  if (!(length > 0)) return [];
  const near = await nearPeople(
    someone,
    vector.map((x) => x / length),
    context,
  );
  const names = new Map(view.named.map((p) => [p.identity_id, p.name]));
  const rows = [...(await library.trackIdsOf(near, signal))].map(([identity_id, track_ids]) => ({
    identity_id,
    name: names.get(identity_id) ?? null,
    track_ids,
  }));
  const awaited = view.named.filter(
    (p) => view.references.has(p.identity_id) && !isSeen(p) && p.identity_id !== someone.row.identity_id,
  );
  const others = await weighed([...rows, ...awaited.slice(0, AWAITED)], context);
  const byFew = await Promise.all(
    others.map(async (other) => ({ other, likeness: await likenessHere(someone, other, context) })),
  );
  const alike = await byAllFaces(someone, byFew, context);
  // Those of their tracks that were not compared may be at one moment. Looked up are those to be asked about: few.
  const asked = alike.filter(({ likeness }) => likeness.asked && likeness.together === null);
  const ids = asked.map(({ other }) => other.row.identity_id);
  const beside = await sharingScreen(library, someone.row.identity_id, ids, undefined, signal);
  for (const found of asked)
    if (beside.has(found.other.row.identity_id))
      found.likeness = { ...found.likeness, together: 'film', asked: mayBeTwice('film', found.likeness.score) };
  return alike.sort((a, b) => b.likeness.score - a.likeness.score);
}

/**
 * Those to be asked about, who are few, as all their faces say: the best of somebody may all be of one scene, as where
 * a library has it several times.
 */
async function byAllFaces(someone: Weighed, alike: AlikePerson[], context: AlikeContext): Promise<AlikePerson[]> {
  const { most = MOST_TRACKS } = context;
  const isPart = ({ row }: Weighed): boolean => row.track_ids.length > most;
  const asked = alike.filter((p) => p.likeness.asked && (isPart(someone) || isPart(p.other)));
  if (most >= MOST_TRACKS || asked.length === 0) return alike;
  const whole = { ...context, most: MOST_TRACKS };
  const [all, ...others] = await weighed([someone.row, ...asked.map((p) => p.other.row)], whole);
  if (!all) return alike;
  const again = await Promise.all(
    others.map(async (other) => ({ other, likeness: await likenessHere(all, other, whole) })),
  );
  return alike.map((p) => again.find(({ other }) => other.row === p.other.row) ?? p);
}

/**
 * Ids of those whose tracks score highest, of the nearest ones. Fewer tracks are looked at where the others could not
 * change who they are.
 */
async function nearPeople(
  someone: Weighed,
  direction: Float32Array,
  { view, library, signal }: AlikeContext,
): Promise<string[]> {
  const { population_excess } = someone.profile;
  const among = async (limit: number): Promise<string[]> => {
    const found = await library.nearest(direction, limit, {}, signal);
    const owners = await library.ownersOf(
      found.map((n) => n.track_id),
      signal,
    );
    const best = new Map<string, number>();
    for (const n of found) {
      const owner = owners.get(n.track_id);
      if (owner === undefined || owner === someone.row.identity_id || view.ignored.has(owner)) continue;
      const score = normalisedScore(n.cosine, population_excess, n.population_excess);
      best.set(owner, Math.max(score, best.get(owner) ?? -1));
    }
    const near = [...best].sort((a, b) => b[1] - a[1]).slice(0, NEAR);
    // No track that was not found has a higher cosine than the last, and none an excess below 0.
    const most = normalisedScore(found.at(-1)?.cosine ?? -1, population_excess, 0);
    const isSettled = limit >= NEAREST_TRACKS || found.length < limit || (near[NEAR - 1]?.[1] ?? -Infinity) >= most;
    return isSettled ? near.map(([id]) => id) : among(NEAREST_TRACKS);
  };
  return among(Math.min(MOST_NEAREST, someone.row.track_ids.length + FIRST));
}

/** As an answer names them. */
export function likeCandidate({ other, likeness }: AlikePerson): Candidate {
  const { identity_id, name } = other.row;
  return { identity_id, name, score: likeness.score, chance: likeness.chance, asked: likeness.asked };
}
