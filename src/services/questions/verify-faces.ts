/** Is this the same person? */
import { unlinked } from '../../domain/errors/refusals.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { shorterSide } from '../../domain/faces/geometry.js';
import { mayBeTwice } from '../../domain/people/twice-in-picture.js';
import { decide, type DecisionRecord } from '../../domain/scores/decision.js';
import { holdsWithMirrors } from '../../domain/scores/mirror-images.js';
import { networkCosines, normalisedScore, scoreOf } from '../../domain/scores/normalised-score.js';
import { dot } from '../../domain/vectors.js';
import type { IdentityRow } from '../../store/rows.js';
import type { VerifyAnswer } from '../answers/verify-faces.js';
import { whoIsMeant } from '../library/who-is-meant.js';
import { turnWords } from '../pictures/upright.js';
import type { Glimpse, PictureReader, QueryFace, QueryPicture } from '../pictures/picture-reader.js';
import { compared, type VerifyRequest } from '../requests/verify-faces.js';
import type { Resources } from '../resources.js';
import { keptFrom } from './kept-apart.js';
import { likenessBetween } from './most-alike.js';
import { candidatesOf, decideAmong, type RankedPerson, type RankingContext, rankPeople } from './rank-people.js';
import { sharingScreen } from './share-screen.js';
import { verifyIdentities } from './verify-identities.js';

export interface VerificationService {
  verifyFaces(request: VerifyRequest, signal?: AbortSignal): Promise<VerifyAnswer>;
}

export function createVerificationService(resources: Resources, pictures: PictureReader): VerificationService {
  return {
    async verifyFaces(request, signal) {
      const asked = compared(request);
      const { linkPeople } = resources.settings;
      if ('identity_ids' in asked) {
        if (!linkPeople) throw unlinked('Whether two people are one');
        return verifyPeople(asked.identity_ids, request, resources, signal);
      }
      const { with: other } = asked;
      if (!linkPeople && !('image_b' in other)) throw unlinked('A picture of somebody');
      // Both are resolved before either is opened.
      const source = await resources.sources.picture(asked.image_a);
      if (!('image_b' in other))
        return verifyIdentity(await pictures.read(source, signal), other, request, resources, signal);
      const source_b = await resources.sources.picture(other.image_b);
      // One is decoded while the other is looked at; what is wrong with the first is told first.
      const second = pictures.glimpse(source_b, signal);
      second.catch(() => undefined);
      const a = await pictures.glimpse(source, signal);
      return verifyGlimpses(a, await second, request, resources);
    },
  };
}

/** Mirror images are looked at only where they could change the decision. */
async function verifyGlimpses(
  a: Glimpse,
  b: Glimpse,
  request: VerifyRequest,
  resources: Resources,
): Promise<VerifyAnswer> {
  const answer = await verifyPictures(a.picture, b.picture, request, resources);
  if (isSettled(a.picture, b.picture, answer)) return answer;
  const [wholeA, wholeB] = await Promise.all([a.whole(), b.whole()]);
  return verifyPictures(wholeA, wholeB, request, resources);
}

/** Whether the decision on two pictures is the same with the mirror images of their faces. */
function isSettled(a: QueryPicture, b: QueryPicture, { decision, score, threshold }: DecisionRecord): boolean {
  const holds = (score: number, x: QueryFace, y: QueryFace): boolean =>
    holdsWithMirrors({ score, threshold, quality: Math.min(x.quality, y.quality) });
  if (!holds(score, a.main, b.main)) return false;
  // Where they differ, others in the pictures are looked at besides.
  if (decision === 'match') return true;
  const others = mostAlike(a, b);
  return holds(scoreOf(...others), ...others);
}

async function verifyPictures(
  a: QueryPicture,
  b: QueryPicture,
  request: VerifyRequest,
  resources: Resources,
): Promise<VerifyAnswer> {
  const pack = await resources.pack();
  const calibration = await resources.calibration();
  const compare = (x: QueryFace, y: QueryFace): DecisionRecord => {
    const cosine = dot(x.vector, y.vector);
    return decide(
      {
        score: normalisedScore(cosine, x.population_excess, y.population_excess),
        rawCosine: cosine,
        networkCosines: networkCosines(x.vector, y.vector, pack.blocks),
        runnerUp: null,
        compared: 0,
        quality: Math.min(x.quality, y.quality),
        side: Math.min(shorterSide(x.box), shorterSide(y.box)),
      },
      calibration,
      pack.id,
      request.threshold ?? null,
    );
  };
  const compared = beside(compare(a.main, b.main), a, b, compare);
  const record = { ...compared, reasons: [...compared.reasons, ...turns({ image_a: a, image_b: b })] };
  return { ...record, identity_id: null, name: null, image_a: used(a), image_b: used(b), candidates: [], pair: null };
}

/** Two people differ, but others in the two pictures are one person: whom the question meant is open. */
function beside(
  record: DecisionRecord,
  a: QueryPicture,
  b: QueryPicture,
  compare: (x: QueryFace, y: QueryFace) => DecisionRecord,
): DecisionRecord {
  if (record.decision !== 'no_match') return record;
  const [x, y] = mostAlike(a, b);
  const { decision, score } = compare(x, y);
  if (decision !== 'match') return record;
  const place = ({ faces }: QueryPicture, face: QueryFace): number => faces.indexOf(face) + 1;
  return {
    ...record,
    decision: 'ambiguous',
    reasons: [
      ...record.reasons,
      `the faces compared differ, but face ${place(a, x)} from the left of image_a and face ${place(b, y)} of image_b match (${score.toFixed(3)})`,
    ],
  };
}

/** Of all pairs of faces the one with the highest score. */
function mostAlike(a: QueryPicture, b: QueryPicture): readonly [QueryFace, QueryFace] {
  return a.faces
    .flatMap((x) => b.faces.map((y) => [x, y] as const))
    .reduce((best, pair) => (scoreOf(...pair) > scoreOf(...best) ? pair : best), [a.main, b.main] as const);
}

/** @param asked ids or names. @throws RollcallError unknown_id, not_found, ambiguous, bad_argument */
async function verifyPeople(
  asked: readonly [string, string],
  request: VerifyRequest,
  resources: Resources,
  signal?: AbortSignal,
): Promise<VerifyAnswer> {
  const view = await resources.view.people({ people: asked }, signal);
  const [a, b] = [asked[0], asked[1]].map((of) => view.person(of));
  if (!a || !b) throw new RollcallError('bad_argument', 'Two people are needed.', 'Give two identity_ids.');
  const context = { view, library: view.state, calibration: await resources.calibration(), signal };
  const pack = await resources.pack();
  return verifyIdentities(a, b, context, pack, request.threshold ?? null);
}

/**
 * Whether a face is someone of the library: decided as find_person decides, at the same threshold and beside everybody
 * else, so that the two never contradict each other.
 */
async function verifyIdentity(
  a: QueryPicture,
  claim: { identity_id: string } | { name: string },
  request: VerifyRequest,
  resources: Resources,
  signal?: AbortSignal,
): Promise<VerifyAnswer> {
  const view = await resources.view.people({ people: ['name' in claim ? claim.name : claim.identity_id] }, signal);
  const context: RankingContext = {
    view,
    library: view.state,
    pack: await resources.pack(),
    calibration: await resources.calibration(),
    threshold: request.threshold ?? null,
    signal,
  };
  const person = 'name' in claim ? whoIsMeant(claim.name, view.named).person : view.person(claim.identity_id);
  const { decision, ranked } = await claimedBy(a.main, person, context);
  const record = decision.decision === 'no_match' ? await besidePerson(decision, a, person, context) : decision;
  return {
    ...record,
    reasons: [...record.reasons, ...turns({ image_a: a })],
    identity_id: person.identity_id,
    name: person.name,
    image_a: used(a),
    image_b: null,
    candidates: candidatesOf(ranked),
    pair: null,
  };
}

/** Whether one face is somebody, beside everybody else. */
async function claimedBy(
  face: QueryFace,
  person: IdentityRow,
  context: RankingContext,
): Promise<{ decision: DecisionRecord; ranked: RankedPerson[] }> {
  const ranked = await rankPeople(face, context);
  const claimed =
    ranked.find((r) => r.person.identity_id === person.identity_id) ?? (await compareWith(face, person, context));
  const { decision, rival } = await decideAmong(face, claimed, ranked, context);
  const better = rival !== null && rival.score > claimed.score;
  return { decision: better ? await fitsBetter(decision, claimed, rival, context) : decision, ranked };
}

/** The face that was compared is not them, but another one in the picture is: whom the question meant is open. */
async function besidePerson(
  record: DecisionRecord,
  { faces, main }: QueryPicture,
  person: IdentityRow,
  context: RankingContext,
): Promise<DecisionRecord> {
  for (const [i, face] of faces.entries()) {
    if (face === main) continue;
    const { decision } = await claimedBy(face, person, context);
    if (decision.decision === 'match')
      return {
        ...record,
        decision: 'ambiguous',
        reasons: [
          ...record.reasons,
          `the face compared is not them, but face ${i + 1} from the left matches (${decision.score.toFixed(3)})`,
        ],
      };
  }
  return record;
}

/** Someone who is not among the nearest. @throws RollcallError unknown_id when no face of them is left */
async function compareWith(
  face: QueryFace,
  person: IdentityRow,
  { library, pack, signal }: RankingContext,
): Promise<RankedPerson> {
  const { ids, data, population_excess, quality } = await library.vectors({ track_ids: person.track_ids }, signal);
  const tracks = new Map<string, number>();
  let best: RankedPerson | null = null;
  for (const [i, track_id] of ids.entries()) {
    const cosine = dot(face.vector, data.subarray(i * pack.dimensions, (i + 1) * pack.dimensions));
    const score = normalisedScore(cosine, face.population_excess, population_excess[i] ?? 0);
    tracks.set(track_id, score);
    if (best === null || score > best.score)
      best = { person, score, cosine, quality: quality[i] ?? 0, track_id, vector: null, tracks };
  }
  if (best === null)
    throw new RollcallError(
      'unknown_id',
      `${person.identity_id} has no faces in the library any more.`,
      '{list_identities} shows who there is.',
    );
  return best;
}

/**
 * One face is one person: where somebody else is more like it, it is not a firm match, and none at all if the two are
 * known to be two people, unless it is nearly as like both.
 */
async function fitsBetter(
  decision: DecisionRecord,
  claimed: RankedPerson,
  rival: RankedPerson,
  context: RankingContext,
): Promise<DecisionRecord> {
  if (decision.decision === 'no_match') return decision;
  const fits = `${rival.person.name ?? rival.person.identity_id} fits better (${rival.score.toFixed(3)})`;
  const no = (why: string): DecisionRecord => ({ ...decision, decision: 'no_match', reasons: [`${fits}${why}`] });
  const doubt = (why: string): DecisionRecord => ({
    ...decision,
    decision: 'ambiguous',
    reasons: [...decision.reasons, `${fits}${why}`],
  });
  const { library, view, calibration, signal } = context;
  const unlike = decision.margin !== null && decision.margin <= -calibration.margin ? no : doubt;
  const [one, other] = [claimed.person, rival.person];
  const [beside, kept] = await Promise.all([
    sharingScreen(library, one.identity_id, [other.identity_id], undefined, signal),
    keptFrom(library, one.identity_id, [other.identity_id], view, signal),
  ]);
  if (kept.size > 0) return unlike(', and an edit says that they are two people');
  if (beside.size === 0) return doubt('; the two may be one person whose appearances were not joined');
  const likeness = await likenessBetween(one, other, context);
  return likeness.asked && mayBeTwice(likeness.together ?? 'film', likeness.score)
    ? doubt('; the two are seen together: one person twice (a video call, a mirror), or two who look alike')
    : unlike(', and the two are seen together: they are two people');
}

/** What is to be known of pictures that were not compared as they were given. */
function turns(pictures: Readonly<Record<string, QueryPicture>>): string[] {
  return Object.entries(pictures).flatMap(([name, { turn }]) => (turn === 0 ? [] : [`${name} ${turnWords(turn)}`]));
}

function used(picture: QueryPicture): { faces: number; used: QueryFace['box']; quality: number } {
  return { faces: picture.faces.length + picture.left_out, used: picture.main.box, quality: picture.main.quality };
}
