/** An identity in a listing: its first appearances, and in a line of text. */
import { z } from 'zod';
import { appearanceSchema, type IdentityAnswer, identitySchema } from '../../services/answers/identity.js';
import type { Certainty } from '../../domain/people/certainty.js';
import type { Titles } from '../../services/answers/titles.js';
import type { Detail } from '../definition/brief-answers.js';
import { count, moments, secondsWords, who } from './format.js';

/** Appearances and films of each that are shown where the caller didn't say how many, by how little room there is. */
const SCALES = [5, 2, 1] as const;
export const IDENTITY_SCALES = SCALES.length;

export const identityShownSchema = identitySchema
  .partial({ tracks: true, best_face: true, decision: true, doubtful: true, compared: true })
  .extend({
    appearances: z.array(appearanceSchema.partial({ score: true, track_ids: true })),
    videos_total: z.number().int(),
  });
export type IdentityShown = z.output<typeof identityShownSchema>;

/** What of an identity is shown; appearances_total and videos_total keep saying how much there is. */
export function shortIdentity(
  identity: IdentityAnswer,
  { detail, scale, appearances }: { detail: Detail; scale: number; appearances?: number | undefined },
): IdentityShown {
  const usual = SCALES[scale] ?? 1;
  const first = identity.appearances.slice(0, appearances ?? usual);
  const videos_total = identity.video_ids.length;
  if (detail === 'full') return { ...identity, videos_total, appearances: first };
  const { identity_id, name, seconds_on_screen, photos, video_ids, appearances_total, best_face } = identity;
  const shared = {
    ...{ identity_id, name, seconds_on_screen, photos, video_ids: video_ids.slice(0, usual), videos_total },
    ...shortCertainty(identity),
  };
  return scale === 0
    ? { ...shared, appearances: first, appearances_total, best_face }
    : {
        ...shared,
        appearances: first.map(({ score: _, track_ids: _ids, ...when }) => when),
        appearances_total,
      };
}

/** In brief: of whom nothing was compared how many tracks there are; what a decision says only where it is in doubt. */
function shortCertainty(identity: IdentityAnswer): Pick<IdentityShown, keyof Certainty | 'tracks'> {
  const { score, decision, doubtful, compared, tracks } = identity;
  if (score === null) return { score, ...(tracks > 0 ? { tracks } : {}) };
  return { score, ...(decision === 'match' ? {} : { decision, doubtful, compared }) };
}

/** That some people who are listed may be more than one each. @param listed how many are */
export function doubtsWords(doubtful: number, listed: number): string | null {
  if (doubtful === 0) return null;
  return `${doubtful} of ${count(listed, 'person', 'people')} here may be more than one each: of some of their tracks the score is as low as that of strangers. {find_person identity_id} scores each appearance, {show_faces} shows them.`;
}

/** Of these people. */
export function doubtsAmong(people: readonly Pick<IdentityShown, 'doubtful'>[]): string | null {
  return doubtsWords(people.filter((p) => (p.doubtful ?? 0) > 0).length, people.length);
}

export function identityLine(identity: IdentityShown, titles: Titles): string {
  const rest = identity.appearances_total - identity.appearances.length;
  const when = moments(identity.appearances, titles);
  return `- ${who(identity.identity_id, identity.name)}: ${shownIn(identity)}${sureWords(identity)}${when ? `: ${when}` : ''}${rest > 0 ? `${when ? ',' : ':'} ${rest} more` : ''}`;
}

/** ", score 0.612, 2 of 9 tracks doubtful"; nothing of those of whom nothing was compared. */
function sureWords({ score, tracks, doubtful = 0, compared = 0 }: IdentityShown): string {
  if (score === null) return tracks === 1 ? ', one track' : '';
  return `, score ${score.toFixed(3)}${doubtful > 0 ? `, ${doubtful} of ${count(compared, 'track')} doubtful` : ''}`;
}

/** "12.3 s in 2 videos and in 1 photo". */
function shownIn({ seconds_on_screen, videos_total, photos = 0 }: IdentityShown): string {
  const films = videos_total - photos;
  const parts = [
    ...(films > 0 || photos === 0 ? [`${secondsWords(seconds_on_screen)} in ${count(films, 'video')}`] : []),
    ...(photos > 0 ? [`in ${count(photos, 'photo')}`] : []),
  ];
  return parts.join(' and ');
}
