import { decidingPoint, type Calibration } from '../../domain/scores/calibration-model.js';
import { RollcallError } from '../../domain/errors.js';
import { intersect, total, union } from '../../domain/intervals.js';
import { decide, type DecisionRecord } from '../../domain/scores/decision.js';
import { networkCosines, normalisedScore } from '../../domain/scores/normalised-score.js';
import type { Library } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { PackInfo } from '../../vision/pipeline.js';
import type { Coverage } from '../answers/coverage.js';
import type { FindAnswer, FoundAppearance, PersonHit } from '../answers/find-person.js';
import { round } from '../library/appearances.js';
import type { PictureReader, QueryFace } from '../pictures/picture-reader.js';
import { type FindRequest, type PersonAsked, peopleAsked } from '../requests/find-person.js';
import type { Resources } from '../resources.js';
import { readView, secondsOf, type View } from '../library/library-view.js';

/** Tracks looked at per queried face; scores beyond them are far below any threshold. */
const NEAREST = 400;
/** Share of the best score from which on another identity may be a part of the same person. */
const FRAGMENT = 0.75;
/** Nearest people that an answer names. */
const CANDIDATES = 5;

interface Hit {
  hit: PersonHit;
  appearances: FoundAppearance[];
}
interface Context {
  view: View;
  library: Library;
  pack: PackInfo;
  calibration: Calibration;
  request: FindRequest;
  signal?: AbortSignal;
}
interface Scored {
  person: IdentityRow;
  score: number;
  cosine: number;
  quality: number;
  track_id: string;
  tracks: Map<string, number>;
}

export interface SearchService {
  /** The whole answer, appearances ordered by video and time. */
  findPerson(request: FindRequest, signal?: AbortSignal): Promise<FindAnswer>;
}

/** Where is this person? */
export function createSearchService(resources: Resources, pictures: PictureReader): SearchService {
  return {
    async findPerson(request, signal) {
      const people = peopleAsked(request);
      const library = await resources.library();
      const context: Context = {
        view: await readView(library, request.video_ids, signal),
        library,
        pack: (await resources.pipeline()).pack,
        calibration: await resources.calibration(),
        request,
        signal,
      };
      const hits: Hit[] = [];
      for (const [i, person] of people.entries())
        hits.push(...(await find(person, people.length > 1 ? `${i + 1}: ` : '', context, pictures)));
      return answer(hits, context);
    },
  };
}

async function find(asked: PersonAsked, label: string, context: Context, pictures: PictureReader): Promise<Hit[]> {
  if ('identity_id' in asked)
    return [known(context.view.person(asked.identity_id), label + asked.identity_id, context)];
  if ('name' in asked) return byName(asked.name, label, context);
  const { faces } = await pictures.read(asked.image, context.signal);
  const hits: Hit[] = [];
  for (const [i, face] of faces.entries())
    hits.push(
      await byFace(
        face,
        `${label}face ${i + 1} of ${faces.length}${faces.length > 1 ? ', from the left' : ''}`,
        context,
      ),
    );
  return hits;
}

function byName(name: string, label: string, context: Context): Hit[] {
  const wanted = name.trim().toLocaleLowerCase();
  const people = context.view.people.filter((p) => p.name?.toLocaleLowerCase() === wanted);
  if (people.length === 0) {
    const names = [...new Set(context.view.people.flatMap((p) => p.name ?? []))].slice(0, 10);
    throw new RollcallError(
      'not_found',
      `No one in the library is called ${JSON.stringify(name)}.`,
      names.length > 0
        ? `Known names: ${names.join(', ')}.`
        : 'No one has a name yet: search by a picture, or by an identity_id from list_identities.',
    );
  }
  return people.map((p) => known(p, label + name, context));
}

function known(person: IdentityRow, label: string, context: Context): Hit {
  const appearances = context.view.appearances(person).map((a) => ({ ...a, identity_id: person.identity_id }));
  return {
    hit: {
      query: label,
      box: null,
      decision: null,
      identity_id: person.identity_id,
      name: person.name,
      seconds_on_screen: round(secondsOf(appearances)),
      candidates: [],
    },
    appearances,
  };
}

async function byFace(face: QueryFace, label: string, context: Context): Promise<Hit> {
  const { view, pack, calibration, request } = context;
  const ranked = await rank(face, context);
  const threshold = request.threshold ?? decidingPoint(calibration, 1).threshold;
  const best = ranked[0];
  // Someone else who scores nearly as high and never shares the screen with the best is most likely the same person,
  // whose tracks were not joined.
  const nearly = best ? Math.max(calibration.points.strict.threshold, threshold, FRAGMENT * best.score) : Infinity;
  const same = best
    ? ranked.filter((r) =>
        r === best ? r.score >= threshold : r.score >= nearly && !shareScreen(view, r.person, best.person),
      )
    : [];
  const runnerUp = ranked.find((r) => !same.includes(r) && r !== best);
  const decision: DecisionRecord = decide(
    {
      score: best?.score ?? -1,
      rawCosine: best?.cosine ?? -1,
      networkCosines: best ? await cosinesTo(best, face, context) : {},
      runnerUp: runnerUp?.score ?? null,
      compared: view.people.length,
      quality: Math.min(face.quality, best?.quality ?? 1),
    },
    calibration,
    pack.id,
    request.threshold ?? null,
  );
  const matched = decision.decision === 'match' ? same : [];
  const appearances = matched.flatMap((r) =>
    view
      .appearances(r.person, (t) => r.tracks.get(t) ?? null)
      .map((a) => ({ ...a, identity_id: r.person.identity_id })),
  );
  return {
    hit: {
      query: label,
      box: face.box,
      decision,
      identity_id: decision.decision === 'match' ? (best?.person.identity_id ?? null) : null,
      name: decision.decision === 'match' ? (best?.person.name ?? null) : null,
      seconds_on_screen: round(secondsOf(appearances)),
      candidates: ranked
        .slice(0, CANDIDATES)
        .map((r) => ({ identity_id: r.person.identity_id, name: r.person.name, score: r.score })),
    },
    appearances,
  };
}

/** People by the best score of any of their tracks. */
async function rank(face: QueryFace, { view, library, request, signal }: Context): Promise<Scored[]> {
  const people = new Map<string, Scored>();
  const near = await library.nearest(
    face.vector,
    NEAREST,
    request.video_ids ? { video_ids: request.video_ids } : {},
    signal,
  );
  for (const n of near) {
    const person = view.ownerOf(n.track_id);
    if (!person) continue;
    const score = normalisedScore(n.cosine, face.population_excess, n.population_excess);
    const held = people.get(person.identity_id) ?? {
      person,
      score: -Infinity,
      cosine: 0,
      quality: 0,
      track_id: n.track_id,
      tracks: new Map<string, number>(),
    };
    held.tracks.set(n.track_id, score);
    if (score > held.score) Object.assign(held, { score, cosine: n.cosine, quality: n.quality, track_id: n.track_id });
    people.set(person.identity_id, held);
  }
  return [...people.values()].sort((a, b) => b.score - a.score);
}

async function cosinesTo(
  best: Scored,
  face: QueryFace,
  { library, pack, signal }: Context,
): Promise<Record<string, number>> {
  const { data } = await library.vectors({ track_ids: [best.track_id] }, signal);
  return data.length > 0 ? networkCosines(face.vector, data, pack.blocks) : {};
}

/** Whether two people are on screen at one moment somewhere (by more than a rounding). */
function shareScreen(view: View, a: IdentityRow, b: IdentityRow): boolean {
  const of = (p: IdentityRow, video: string) =>
    union(
      view
        .tracksOf(p)
        .filter((t) => t.video_id === video)
        .flatMap((t) => t.presence),
    );
  const videos = new Set(view.tracksOf(a).map((t) => t.video_id));
  return [...videos].some((v) => total(intersect(of(a, v), of(b, v))) > 0.5);
}

function answer(hits: readonly Hit[], { view, request }: Context): FindAnswer {
  const best = [...hits].sort((a, b) => (b.hit.decision?.score ?? 2) - (a.hit.decision?.score ?? 2))[0]?.hit;
  const record = best?.decision ?? null;
  const appearances = request.mode === 'together' ? together(hits) : distinct(hits.flatMap((h) => h.appearances));
  const coverage = view.coverage();
  return {
    decision: record?.decision ?? (best?.identity_id ? 'match' : 'no_match'),
    score: record?.score ?? null,
    threshold: record?.threshold ?? null,
    margin: record?.margin ?? null,
    estimated_far: record?.estimated_far ?? null,
    identity_id: best?.identity_id ?? null,
    name: best?.name ?? null,
    people: hits.map((h) => h.hit),
    appearances,
    appearances_total: appearances.length,
    seconds_on_screen: round(secondsOf(appearances)),
    coverage,
    hint: hintFor(record, appearances.length, coverage),
  };
}

/** Two faces of one picture may lead to one person: that person's appearances count once. */
function distinct(appearances: readonly FoundAppearance[]): FoundAppearance[] {
  const seen = new Map(appearances.map((a) => [`${a.identity_id} ${a.video_id} ${a.start_s}`, a]));
  return [...seen.values()].sort((a, b) => a.video_id.localeCompare(b.video_id) || a.start_s - b.start_s);
}

/** Moments when everyone asked for is on screen. */
function together(hits: readonly Hit[]): FoundAppearance[] {
  const [first, ...rest] = hits;
  if (!first) return [];
  const of = (h: Hit, video: string) => union(h.appearances.filter((a) => a.video_id === video));
  return [...new Set(first.appearances.map((a) => a.video_id))].sort().flatMap((video_id) =>
    rest
      .reduce((held, h) => intersect(held, of(h, video_id)), of(first, video_id))
      .map((i) => ({
        video_id,
        start_s: round(i.start_s),
        end_s: round(i.end_s),
        score: null,
        identity_id: null,
        track_ids: hits.flatMap((h) =>
          h.appearances
            .filter((a) => a.video_id === video_id && a.start_s < i.end_s && a.end_s > i.start_s)
            .flatMap((a) => a.track_ids),
        ),
      })),
  );
}

function hintFor(record: DecisionRecord | null, found: number, coverage: readonly Coverage[]): string | null {
  if (coverage.length === 0) return 'The library is empty: index footage with index_video first.';
  const partial = coverage.filter((c) => c.ended_early !== null).length;
  const looked = `${coverage.length} video${coverage.length > 1 ? 's were' : ' was'} looked at${partial > 0 ? `, ${partial} of them not to the end` : ''}`;
  if (record?.decision === 'ambiguous')
    return `Too close to call (${record.reasons.join('; ')}): see candidates, or ask with a better picture.`;
  if (found === 0)
    return `Not found: ${looked} (see coverage). A face that never looks towards the camera, or stays under about 20 pixels, can't be found.`;
  return null;
}
