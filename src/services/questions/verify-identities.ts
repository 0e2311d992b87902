/** Are two people of the library one? */
import { RollcallError } from '../../domain/errors/errors.js';
import { fragmentsOf } from '../../domain/people/identity-fragments.js';
import { decidingPoint } from '../../domain/scores/operating-points.js';
import { decide, type DecisionRecord } from '../../domain/scores/decision.js';
import { dot } from '../../domain/vectors.js';
import type { IdentityRow } from '../../store/rows.js';
import type { PackInfo } from '../../vision/pipeline.js';
import type { VerifyAnswer } from '../answers/verify-faces.js';
import type { Likeness } from '../people/likeness.js';
import { type AlikeContext, type AlikePerson, likeCandidate, likenessHere, mostLike, weighed } from './most-alike.js';
import { CANDIDATES } from './rank-people.js';
import { sharingScreen } from './share-screen.js';

/** From this chance on that two are one, they may be held to be; below that a person has to look. */
const LIKELY = 0.95;

/**
 * Decided on the mean score over all pairs of their faces, beside everybody else, and by what grouping makes of it:
 * what the library would suggest to ask is in doubt, and who is on screen with somebody is not them, unless so alike
 * that it may be one person twice.
 * @param threshold in place of the calibrated one. @throws RollcallError bad_argument where they are one already
 */
export async function verifyIdentities(
  a: IdentityRow,
  b: IdentityRow,
  context: AlikeContext,
  pack: PackInfo,
  threshold: number | null,
): Promise<VerifyAnswer> {
  const { view, calibration } = context;
  if (a.identity_id === b.identity_id)
    throw new RollcallError(
      'bad_argument',
      `Both are ${a.name ?? a.identity_id}: one person already.`,
      '{library log} shows which edit merged them, {edit_identities undo} takes it back.',
    );
  const [one, other] = await weighed([a, b], context);
  if (!one || !other || one.tracks.length === 0 || other.tracks.length === 0)
    throw new RollcallError(
      'unknown_id',
      'One of them has no faces any more.',
      '{list_identities} shows who there is.',
    );
  const likeness = await likenessHere(one, other, context);
  const near = await mostLike(a, context);
  const others = near.filter((r) => r.row.identity_id !== b.identity_id);
  const tau = threshold ?? decidingPoint(calibration, 1).threshold;
  const claimed = { person: b, score: likeness.score };
  const like = fragmentsOf(claimed, others.map(scored), tau, calibration, () => false);
  const beside = await sharingScreen(
    context.library,
    b.identity_id,
    like.map((r) => r.person.identity_id),
    undefined,
    context.signal,
  );
  const parts = like.filter((r) => !beside.has(r.person.identity_id));
  const rival = others.find((r) => !parts.some((p) => p.person === r.row)) ?? null;
  const record = decide(
    {
      score: likeness.score,
      rawCosine: dot(one.profile.vector, other.profile.vector),
      networkCosines: {},
      runnerUp: rival?.score ?? null,
      compared: (await view.totals()).identity_ids.length,
      quality: Math.min(one.profile.quality, other.profile.quality),
    },
    calibration,
    pack.id,
    threshold,
  );
  return {
    ...asKnown(record, likeness, rival),
    identity_id: b.identity_id,
    name: b.name,
    image_a: null,
    image_b: null,
    candidates: near.slice(0, CANDIDATES).map(likeCandidate),
    pair: {
      identity_ids: [a.identity_id, b.identity_id],
      names: [a.name, b.name],
      chance: likeness.chance,
      asked: likeness.asked,
      best_score: likeness.best?.score ?? null,
      faces: likeness.best ? [likeness.best.a, likeness.best.b] : [],
    },
  };
}

function scored({ row, score }: AlikePerson): { person: AlikePerson['row']; score: number } {
  return { person: row, score };
}

/** What is known beside scores. */
function asKnown(record: DecisionRecord, likeness: Likeness, rival: AlikePerson | null): DecisionRecord {
  const as = (decision: DecisionRecord['decision'], reason: string): DecisionRecord => ({
    ...record,
    decision,
    reasons: decision === 'no_match' ? [reason] : [...record.reasons, reason],
  });
  if (likeness.keptApart) return as('no_match', 'an edit says that they are two people');
  if (likeness.together === 'film')
    return likeness.asked
      ? as(
          'ambiguous',
          'both are on screen at one moment: one person twice (a video call, a split screen, a mirror), or two who look alike',
        )
      : as('no_match', 'both are on screen at one moment: they are two people');
  if (likeness.together === 'photo')
    return likeness.asked
      ? as('ambiguous', 'both are in one photo: one person twice (a collage, a mirror), or two who look alike')
      : as('no_match', 'both are in one photo: they are two people');
  const odds = `${Math.round(100 * likeness.chance)} % likely to be one, by number and quality of their faces`;
  if (record.decision === 'no_match') {
    // What speaks for a stranger is the chance of one score, not of the mean over many.
    const many = record.score >= record.threshold && likeness.chance >= LIKELY;
    return likeness.asked || many ? { ...record, decision: 'ambiguous', reasons: [odds] } : record;
  }
  if (rival && rival.score > likeness.score)
    return as(
      'ambiguous',
      `${rival.row.name ?? rival.row.identity_id} is more like the first (${rival.score.toFixed(3)})`,
    );
  return likeness.chance < LIKELY && record.decision === 'match' ? as('ambiguous', odds) : record;
}
