/** How sure it is that people who are told of are one person each. */
import { type Certainty, certaintyOf, NOTHING_COMPARED } from '../../domain/people/certainty.js';
import type { Cohesion } from '../../domain/people/like-others.js';
import type { Calibration } from '../../domain/scores/calibration-model.js';
import type { Reader } from '../../store/api.js';
import { keptAnswers } from './kept-answers.js';

/** Of these people at one state, by what scores mean now. */
export type CertaintyReader = (
  state: Pick<Reader, 'cohesionOf'>,
  identity_ids: readonly string[],
) => Promise<(identity_id: string) => Certainty>;

/** Lists of people of one state that are kept: a page is asked for again and again. */
const KEPT = 16;

export function createCertaintyReader(calibration: () => Promise<Calibration>): CertaintyReader {
  const kept = keptAnswers<ReadonlyMap<string, Cohesion>>(KEPT);
  return async (state, identity_ids) => {
    const ids = [...new Set(identity_ids)];
    const [cohesion, inForce] = await Promise.all([kept(state, ids, () => state.cohesionOf(ids)), calibration()]);
    return (id) => {
      const own = cohesion.get(id);
      return own ? certaintyOf(own, inForce) : NOTHING_COMPARED;
    };
  };
}
