/** How like their other faces somebody's are who is asked for by name or id: a join that may be wrong shows there. */
import { comparedOf, likeTheOthers } from '../../domain/people/like-others.js';
import { surelyFrom } from '../../domain/people/certainty.js';
import type { Calibration } from '../../domain/scores/calibration-model.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { FoundAppearance } from '../answers/find-person.js';
import type { Hit } from './found-together.js';

/** Mean score of tracks of somebody to the others; empty where there is no other. */
export async function likeTheirOthers(
  { track_ids }: Pick<IdentityRow, 'track_ids'>,
  library: Pick<Reader, 'faces'>,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const compared = comparedOf(track_ids);
  if (compared.length < 2) return new Map();
  return likeTheOthers(await library.faces(compared, signal));
}

/** That some appearances may be somebody else's: below the threshold, or too little above it to tell. */
export function doubtWords(hits: readonly Hit[], calibration: Calibration): string | null {
  const asked = hits.filter(({ hit }) => hit.decision === null).flatMap(({ appearances }) => appearances);
  const least = surelyFrom(calibration);
  const doubtful = asked.filter(({ score }: FoundAppearance) => score !== null && score < least).length;
  if (doubtful === 0) return null;
  return `${doubtful} of ${asked.length} appearances may be somebody else's: as like their other faces as strangers may be (score below ${least.toFixed(3)}). {show_faces} with their track_ids shows them.`;
}
