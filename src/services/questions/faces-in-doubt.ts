/** How like their other faces somebody's are who is asked for by name or id: a join that may be wrong shows there. */
import { surelyFrom } from '../../domain/people/certainty.js';
import type { Calibration } from '../../domain/scores/calibration-model.js';
import type { FoundAppearance } from '../answers/find-person.js';
import type { Hit } from './found-together.js';

/** That some appearances may be somebody else's: below the threshold, or too little above it to tell. */
export function doubtWords(hits: readonly Hit[], calibration: Calibration): string | null {
  const asked = hits.filter(({ hit }) => hit.decision === null).flatMap(({ appearances }) => appearances);
  const least = surelyFrom(calibration);
  const doubtful = asked.filter(({ score }: FoundAppearance) => score !== null && score < least).length;
  if (doubtful === 0) return null;
  return `${doubtful} of ${asked.length} appearances may be somebody else's: as like their other faces as strangers may be (score below ${least.toFixed(3)}). {show_faces} with their track_ids shows them.`;
}
