/** Where is this person? */
import { filesWords } from '../../domain/photos.js';
import { unlinked } from '../../domain/errors/refusals.js';
import { likeTheOthers } from '../../domain/people/like-others.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import { byText } from '../../domain/order.js';
import type { Coverage } from '../answers/coverage.js';
import type { Candidate, FindAnswer, FoundAppearance } from '../answers/find-person.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import { keptAnswers } from '../library/kept-answers.js';
import { isSeen, type PeopleView, secondsOf, type Soon } from '../library/people-view.js';
import { photosIn } from '../library/photo-times.js';
import { whoIsMeant } from '../library/who-is-meant.js';
import type { PictureReader, QueryFace, QueryPicture } from '../pictures/picture-reader.js';
import { turnWords } from '../pictures/upright.js';
import { type FindRequest, type PersonAsked, peopleAsked } from '../requests/find-person.js';
import type { Resources } from '../resources.js';
import type { Picture } from '../allowed-sources.js';
import { type AlikeContext, likeCandidate, mostLike } from './most-alike.js';
import { doubtWords } from './faces-in-doubt.js';
import { ownFaces } from './own-faces.js';
import { asScenes, filmsWithAll, type Hit, momentsTogether } from './found-together.js';
import { CANDIDATES, candidatesOf, decideAmong, type RankingContext, rankPeople } from './rank-people.js';

interface Context extends RankingContext {
  request: FindRequest;
  views: Resources['view'];
  /** Of somebody who is known. */
  likenessOf: (person: IdentityRow) => Promise<KnownLikeness>;
}

interface KnownLikeness {
  /** How like each of their tracks is to their others, by track_id. */
  own: ReadonlyMap<string, number>;
  /** Others most like them; nobody where those are not told of. */
  candidates: Candidate[];
}

/** People asked for by name or id, up to which others like each are told of, where all videos are. */
const LIKE_OTHERS = 3;
/** People of one state of whom it is kept whom they are like: each page of where they are asks for it. */
const KEPT = 200;

export interface SearchService {
  /** The whole answer, appearances ordered by video and time. */
  findPerson(request: FindRequest, signal?: AbortSignal): Promise<FindAnswer>;
}

export function createSearchService(
  resources: Pick<Resources, 'settings' | 'library' | 'view' | 'pack' | 'calibration' | 'sources'>,
  pictures: PictureReader,
): SearchService {
  const likenesses = keptAnswers<KnownLikeness>(KEPT);
  return {
    async findPerson(request, signal) {
      const asked = peopleAsked(request);
      if (!resources.settings.linkPeople && asked.some((one) => 'image' in one))
        throw unlinked('A picture of somebody');
      // All are resolved before any is opened.
      const people: Wanted[] = await Promise.all(
        asked.map(async (one) => ('image' in one ? { picture: await resources.sources.picture(one.image) } : one)),
      );
      const { video_ids } = request;
      const known = asked.flatMap((one) => ('identity_id' in one ? one.identity_id : 'name' in one ? one.name : []));
      // Whoever is not to be linked is compared with nobody.
      const likeOthers = resources.settings.linkPeople && !video_ids && asked.length <= LIKE_OTHERS;
      const reading = resources.calibration();
      // Others may wait for it too: whoever gives up does not stop it.
      const likenessOf = (
        row: IdentityRow,
        { state, ...known }: Omit<AlikeContext['view'], 'ignored'> & { state: Reader },
      ) =>
        likenesses(state, [row.identity_id, likeOthers], async () => {
          const view = { ...known, ignored: known.edits.ignored };
          const [own, candidates] = await Promise.all([
            ownFaces(row, state).then(likeTheOthers),
            likeOthers ? reading.then((calibration) => candidatesLike(row, { view, library: state, calibration })) : [],
          ]);
          return { own, candidates };
        });
      const soon: Soon = (known, rows) => {
        if (!likeOthers || rows.length > LIKE_OTHERS) return;
        // Read beside the rest. One that fails is told where it is asked for.
        if (rows.length > 0) known.listed().catch(() => undefined);
        for (const row of rows) likenessOf(row, known).catch(() => undefined);
      };
      // Pictures are looked at while the library is read.
      const [view, pack, calibration, looks] = await Promise.all([
        resources.view.people({ video_ids, people: known }, signal, soon),
        resources.pack(),
        reading,
        lookedAt(people, pictures, signal),
      ]);
      const context: Context = {
        view,
        views: resources.view,
        library: view.state,
        pack,
        calibration,
        threshold: request.threshold ?? null,
        video_ids,
        request,
        likenessOf: (person) => likenessOf(person, view),
        signal,
      };
      const hits = await Promise.all(looks.map((look, i) => find(look, looks.length > 1 ? `${i + 1}: ` : '', context)));
      const found = answer(hits, context);
      return { ...found, hint: [crowdWords(looks), found.hint].filter(Boolean).join(' ') || null };
    },
  };
}

/** Someone to look for; a picture of them may be opened. */
type Wanted = Exclude<PersonAsked, { image: string }> | { picture: Picture };
/** The same, with the faces of the picture. */
type Looked = Exclude<PersonAsked, { image: string }> | Pick<QueryPicture, 'faces' | 'left_out' | 'turn'>;

/** What of a crowd was not looked for; null for no crowd. */
function crowdWords(looks: readonly Looked[]): string | null {
  const said = looks.flatMap((look) =>
    'left_out' in look && look.left_out > 0
      ? `The picture holds ${look.faces.length + look.left_out} faces, and only the ${look.faces.length} largest were looked for: crop it to the others.`
      : [],
  );
  return said.length > 0 ? said.join(' ') : null;
}

/** One picture after the other: each may be large. */
async function lookedAt(people: readonly Wanted[], pictures: PictureReader, signal?: AbortSignal): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const one of people) looked.push('picture' in one ? await pictures.read(one.picture, signal) : one);
  return looked;
}

async function find(asked: Looked, label: string, context: Context): Promise<Hit[]> {
  if ('identity_id' in asked)
    return [await known(context.view.person(asked.identity_id), label + asked.identity_id, context)];
  if ('name' in asked) return [await byName(asked.name, label, context)];
  const { faces, left_out, turn } = asked;
  const from = `${faces.length > 1 ? ', from the left' : ''}${turn === 0 ? '' : `; the picture ${turnWords(turn)}`}`;
  const all = left_out > 0 ? `the ${faces.length} largest` : faces.length;
  return Promise.all(faces.map((face, i) => byFace(face, `${label}face ${i + 1} of ${all}${from}`, context)));
}

function byName(name: string, label: string, context: Context): Promise<Hit> {
  const { person, fit } = whoIsMeant(name, context.view.named);
  return known(person, label + (fit === 'exact' ? name : `${name}, as in ${person.name}`), context);
}

async function known(person: IdentityRow, label: string, context: Context): Promise<Hit> {
  const { own, candidates } = await context.likenessOf(person);
  context.signal?.throwIfAborted();
  const appearances = context.view
    .appearances(person, (t) => own.get(t) ?? null)
    .map((a) => ({ ...a, identity_id: person.identity_id }));
  return {
    hit: {
      query: label,
      box: null,
      decision: null,
      identity_id: person.identity_id,
      name: person.name,
      seconds_on_screen: round(secondsOf(appearances)),
      photos: photosIn(appearances),
      candidates,
    },
    appearances,
  };
}

/** Others most like somebody. */
async function candidatesLike(person: IdentityRow, context: AlikeContext): Promise<Candidate[]> {
  return (await mostLike(person, context)).slice(0, CANDIDATES).map(likeCandidate);
}

async function byFace(face: QueryFace, label: string, context: Context): Promise<Hit> {
  const { view } = context;
  const ranked = await rankPeople(face, context);
  const [best] = ranked;
  if (!best) return { hit: likeNobody(face, label), appearances: [] };
  const { decision, same } = await decideAmong(face, best, ranked, context);
  const matched = decision.decision === 'match' ? same : [];
  const people = matched.map((r) => r.person.identity_id);
  const there = view.whole && people.length > 0 ? await context.views.people({ people }, context.signal) : view;
  const appearances = matched.flatMap((r) =>
    there
      .appearances(there.person(r.person.identity_id), (t) => r.tracks.get(t) ?? null)
      .map((a) => ({ ...a, identity_id: r.person.identity_id })),
  );
  const who = decision.decision === 'match' ? best.person : null;
  return {
    hit: {
      query: label,
      box: face.box,
      decision,
      identity_id: who?.identity_id ?? null,
      name: who?.name ?? null,
      seconds_on_screen: round(secondsOf(appearances)),
      photos: photosIn(appearances),
      candidates: candidatesOf(ranked),
    },
    appearances,
  };
}

/** A face where there is nobody to compare it with. */
function likeNobody({ box }: QueryFace, label: string): Hit['hit'] {
  return {
    query: label,
    box,
    decision: null,
    identity_id: null,
    name: null,
    seconds_on_screen: 0,
    photos: 0,
    candidates: [],
  };
}

function answer(people: readonly Hit[][], { view, request, calibration }: Context): FindAnswer {
  const hits = people.flat();
  const best = hits.toSorted((a, b) => certainty(b) - certainty(a))[0]?.hit;
  const record = best?.decision ?? null;
  const films = request.mode === 'videos' ? filmsWithAll(people, view) : null;
  const moments = request.mode === undefined || request.mode === 'any' ? distinct(hits) : momentsTogether(people, view);
  const appearances = request.gap_s === undefined ? moments : asScenes(moments, request.gap_s, view);
  const found = films?.length ?? appearances.length;
  const coverage = view.coverage();
  const decision = record?.decision ?? (best && isKnown(best) ? 'match' : 'no_match');
  return {
    // Nobody is found who is nowhere to be seen.
    decision: decision === 'match' && found === 0 ? 'no_match' : decision,
    score: record?.score ?? null,
    threshold: record?.threshold ?? null,
    margin: record?.margin ?? null,
    estimated_far: record?.estimated_far ?? null,
    identity_id: best?.identity_id ?? null,
    name: best?.name ?? null,
    people: hits.map((h) => h.hit),
    appearances,
    appearances_total: appearances.length,
    seconds_on_screen: round(secondsOf(moments)),
    photos: photosIn(moments),
    films,
    titles: view.titles(),
    coverage,
    hint: hintFor(view, people, found, coverage, request.mode ?? 'any') ?? doubtWords(hits, calibration),
  };
}

/** Whether a name or an id was asked for; of a face without a decision there was nobody to compare with. */
function isKnown({ decision, identity_id }: Hit['hit']): boolean {
  return decision === null && identity_id !== null;
}

/** Those known by name or id first, then faces by their score. */
function certainty({ hit }: Hit): number {
  return hit.decision?.score ?? (isKnown(hit) ? 2 : -2);
}

/** Two faces of one picture may lead to one person: that person's appearances count once. */
function distinct(hits: readonly Hit[]): FoundAppearance[] {
  const all = hits.flatMap((h) => h.appearances);
  const seen =
    hits.length > 1 ? new Map(all.map((a) => [`${a.identity_id} ${a.video_id} ${a.start_s}`, a])).values() : all;
  return [...seen].sort((a, b) => byText(a.video_id, b.video_id) || a.start_s - b.start_s);
}

function lookedAtWords(coverage: readonly Coverage[]): string {
  const partial = coverage.filter((c) => c.ended_early !== null).length;
  const notes = coverage.filter((c) => c.notes).length;
  const photos = coverage.filter((c) => c.photo).length;
  return `${filesWords(coverage.length - photos, photos)} ${coverage.length > 1 ? 'were' : 'was'} looked at${partial > 0 ? `, ${partial} of them not wholly` : ''}${notes > 0 ? `, ${notes} of them not well` : ''}`;
}

/** Those with reference photos and no track anywhere. */
function unseen(hits: readonly Hit[], view: PeopleView): string[] {
  return hits.flatMap(({ hit: { decision, identity_id, name } }) =>
    (decision === null || decision.decision === 'match') &&
    identity_id !== null &&
    view.references.has(identity_id) &&
    !isSeen(view.person(identity_id))
      ? [name ?? identity_id]
      : [],
  );
}

function hintFor(
  view: PeopleView,
  people: readonly Hit[][],
  found: number,
  coverage: readonly Coverage[],
  mode: NonNullable<FindRequest['mode']>,
): string | null {
  const awaited = unseen(people.flat(), view);
  if (awaited.length > 0)
    return `${awaited.join(' and ')} ${awaited.length > 1 ? 'are' : 'is'} enrolled, not seen yet: ${coverage.length === 0 ? 'no video is indexed; {index_video} will look for them' : `${lookedAtWords(coverage)} (see coverage)`}.`;
  if (coverage.length === 0) return 'The library is empty: {index_video} comes first.';
  const hits = people.flat().map((h) => h.hit);
  const unsure = hits.find((h) => h.decision?.decision === 'ambiguous')?.decision;
  const notKnown = people.filter((of) => of.every((h) => h.hit.identity_id === null));
  if (unsure && (found === 0 || notKnown.length > 0))
    return `Too close to call (${unsure.reasons.join('; ')}): see candidates, or ask with a better picture.`;
  if (found > 0) return null;
  const looked = lookedAtWords(coverage);
  if (notKnown.length > 0) {
    const who = people.length > 1 ? `${notKnown.map((of) => of[0]?.hit.query ?? 'someone').join(' and ')}. ` : '';
    const stranger = hits.find(({ decision: d }) => d?.decision === 'no_match' && d.score >= d.threshold)?.decision;
    if (stranger) return `Not found: ${who}${stranger.reasons.join('; ')} (see candidates); ${looked} (see coverage).`;
    return `Not found: ${who}${looked} (see coverage). A face that never looks towards the camera, or stays under about 20 pixels, can't be found.`;
  }
  const seen = people.flat().every((h) => h.appearances.length > 0);
  if (mode === 'videos' && seen)
    return `All of them are known and seen, but no ${coverage.some((c) => c.photo) ? 'film or photo' : 'film'} has all of them: ${looked}. {find_person any} says where each is.`;
  if (mode === 'together' && seen)
    return `All of them are known and seen, but never on screen together: ${looked}. {co_occurrence within_s} finds those who appear shortly after each other.`;
  return `Known, but not seen here: ${looked}. Without {video_ids} all videos are looked at.`;
}
