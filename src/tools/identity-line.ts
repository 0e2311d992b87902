/** An identity in a listing: its first appearances, and in a line of text. */
import type { IdentityAnswer } from '../services/answers/identity.js';
import type { Titles } from '../services/answers/titles.js';
import { count, moments, secondsWords, who } from './format.js';

export const DEFAULT_APPEARANCES = 5;

/** appearances_total keeps saying how many there are. */
export function shortIdentity(identity: IdentityAnswer, appearances: number): IdentityAnswer {
  return { ...identity, appearances: identity.appearances.slice(0, appearances) };
}

export function identityLine(identity: IdentityAnswer, titles: Titles): string {
  const rest = identity.appearances_total - identity.appearances.length;
  const when = moments(identity.appearances, titles);
  return `- ${who(identity.identity_id, identity.name)}: ${secondsWords(identity.seconds_on_screen)} in ${count(identity.video_ids.length, 'video')}${when ? `: ${when}` : ''}${rest > 0 ? `${when ? ',' : ':'} ${rest} more` : ''}`;
}
