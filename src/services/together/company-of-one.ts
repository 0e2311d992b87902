/** Somebody's company without everybody's times: read of their films, and of those whom an answer shows. */
import { type Cast, castOf } from '../library/cast.js';
import type { PeopleView } from '../library/people-view.js';
import { isAboutComings, type TogetherRequest } from '../requests/co-occurrence.js';
import type { Company } from './counts-as-there.js';
import { type Counts, countsOf } from './pairs-together.js';

/** Of somebody who is in a larger share of all films, reading everybody's times takes no longer. */
const MOST_OF_FILMS = 0.25;

/**
 * @param films that somebody is in. Of comings and goings everybody's are asked for: they say whose pair goes first
 */
export function isQuickerAround(
  films: readonly string[],
  request: TogetherRequest,
  view: Pick<PeopleView, 'videos' | 'holdsCast'>,
): boolean {
  return !isAboutComings(request) && !view.holdsCast() && films.length <= MOST_OF_FILMS * view.videos.size;
}

/** Everybody who is in some films, and what they do there. */
export async function castIn(
  video_ids: readonly string[],
  { state, videos }: Pick<PeopleView, 'state' | 'videos'>,
): Promise<Cast> {
  return castOf(await state.seenTimes({ video_ids }), videos);
}

/** Of some people of a cast what they do everywhere: read for each answer. */
export function countsOfWhole({
  state,
  videos,
}: Pick<PeopleView, 'state' | 'videos'>): (company: Company, who: readonly number[]) => Promise<Counts> {
  return async (company, who) => {
    const { people } = company.cast;
    const ids = [...new Set(who.map((at) => people[at] ?? ''))];
    const cast = castOf(await state.seenTimes({ identity_ids: ids }), videos);
    const counts = countsOf({ ...company, cast });
    const placeOf = (at: number): number => cast.placeOf.get(people[at] ?? '') ?? -1;
    return { comings: (at) => counts.comings(placeOf(at)), onScreen: (at) => counts.onScreen(placeOf(at)) };
  };
}
