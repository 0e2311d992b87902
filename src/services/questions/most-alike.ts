/** Who of the library is most like somebody of it. */
import type { Calibration } from '../../domain/scores/calibration-model.js';
import {
  LEAST_CHANCE,
  mergeQuestion,
  type Profile,
  profileOf,
  qualityOfMany,
} from '../../domain/people/suggestions.js';
import { spreadOver } from '../../domain/grouping/library-cohort.js';
import { mayBeTwice } from '../../domain/people/twice-in-picture.js';
import { scoreOf } from '../../domain/scores/normalised-score.js';
import type { Reader } from '../../store/api.js';
import type { Candidate } from '../answers/find-person.js';
import { isSeen, type PeopleView } from '../library/people-view.js';
import {
  keptApart,
  type Likeness,
  likenessOf,
  type Weighed,
  weigh as weighRows,
  type WeighedRow,
} from '../people/likeness.js';
import { sharingScreen } from './share-screen.js';

/** People who are told of. */
const NEAR = 8;
/** Tracks of one person that are compared one by one; usually so many that all are. */
const MOST_TRACKS = 500;
/** Tracks of one person whose quality is nearly that of all: some have tens of thousands, and looking up is slow. */
const MOST_QUALITIES = 1000;
/** People who were enrolled and are not seen yet: those are compared one by one. */
const AWAITED = 20;

/** @property view of the whole library */
export interface AlikeContext {
  view: Pick<PeopleView, 'named' | 'references' | 'ignored' | 'listed' | 'means' | 'totals' | 'edits'>;
  library: Reader;
  calibration: Calibration;
  signal?: AbortSignal | undefined;
}

type Named = Pick<WeighedRow, 'identity_id' | 'name'>;

/** Somebody like another. */
export interface AlikePerson extends Pick<Likeness, 'score' | 'chance' | 'together' | 'asked'> {
  row: Named;
}

/** People with what they are compared by, in the order given. */
export function weighed(rows: readonly WeighedRow[], context: AlikeContext): Promise<Weighed[]> {
  const { library, view } = context;
  return weighRows(rows, { reader: library, references: view.references, most: MOST_TRACKS }, context.signal);
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

/** Somebody by all their faces. */
interface Whole {
  row: WeighedRow;
  profile: Profile;
}

/**
 * Those most like somebody, by the mean over all pairs of their faces, best first; without those that are ignored. As
 * suggestions compare them: with everybody, by means, which are held, and no other vectors are read.
 */
export async function mostLike(someone: Named, context: AlikeContext): Promise<AlikePerson[]> {
  const { view, library, calibration, signal } = context;
  const near = await nearest(someone, context);
  const [[mine, ...others], people] = await Promise.all([wholes([someone, ...near], context), view.listed()]);
  if (!mine) return [];
  const weigh = (other: Whole, together: AlikePerson['together']): AlikePerson => {
    const { score, chance } = mergeQuestion(
      mine.profile,
      other.profile,
      people,
      calibration.evidence,
      together !== null,
    );
    const may = (together === null || mayBeTwice(together, score)) && !keptApart(mine, other, view.edits);
    return { row: other.row, score, chance, together, asked: may && chance >= LEAST_CHANCE };
  };
  // Where they are together is looked up of those to be asked about: few.
  const asked = others.filter((other) => weigh(other, null).asked).map(({ row }) => row.identity_id);
  const beside = await sharingScreen(library, someone.identity_id, asked, undefined, signal);
  return others
    .map((other) => weigh(other, beside.get(other.row.identity_id) ?? null))
    .sort((a, b) => b.score - a.score);
}

/** Best first: of those who are seen, and of those who were enrolled. */
async function nearest({ identity_id }: Named, { view }: AlikeContext): Promise<Named[]> {
  const means = await view.means();
  const face = means.of(identity_id) ?? photographed(identity_id, view);
  if (!face) return [];
  const seen = means.nearest(face, NEAR, (id) => id !== identity_id && !view.ignored.has(id));
  const awaited = view.named
    .filter((p) => p.identity_id !== identity_id && !isSeen(p) && view.references.has(p.identity_id))
    .slice(0, AWAITED)
    .flatMap((p) => {
      const theirs = photographed(p.identity_id, view);
      return theirs ? [{ identity_id: p.identity_id, score: scoreOf(face, theirs) }] : [];
    });
  const names = new Map(view.named.map((p) => [p.identity_id, p.name]));
  return [...seen, ...awaited]
    .sort((a, b) => b.score - a.score)
    .slice(0, NEAR)
    .map((p) => ({ identity_id: p.identity_id, name: names.get(p.identity_id) ?? null }));
}

/** In the order given, without whoever has no face. */
async function wholes(people: readonly Named[], { view, library, signal }: AlikeContext): Promise<Whole[]> {
  const [means, held] = await Promise.all([
    view.means(),
    library.trackIdsOf(
      people.map((p) => p.identity_id),
      signal,
    ),
  ]);
  const looked = new Map([...held].map(([id, track_ids]) => [id, spreadOver(track_ids, MOST_QUALITIES)]));
  const quality = await library.qualityOf([...looked.values()].flat(), signal);
  return people.flatMap(({ identity_id, name }): Whole[] => {
    const track_ids = held.get(identity_id) ?? [],
      mean = means.of(identity_id);
    // In single precision, as they lie beside vectors.
    const qualities = (looked.get(identity_id) ?? []).flatMap((t) => quality.get(t) ?? []).map(Math.fround);
    const profile = mean
      ? { ...mean, tracks: track_ids.length, quality: qualityOfMany(qualities) }
      : photographed(identity_id, view);
    return profile ? [{ row: { identity_id, name, track_ids }, profile }] : [];
  });
}

/** By their reference photos; null where there are none. */
function photographed(identity_id: string, { references }: Pick<PeopleView, 'references'>): Profile | null {
  const photos = references.get(identity_id) ?? [];
  return photos.length > 0 ? profileOf(photos) : null;
}

/** As an answer names them. */
export function likeCandidate({ row, score, chance, asked }: AlikePerson): Candidate {
  return { identity_id: row.identity_id, name: row.name, score, chance, asked };
}
