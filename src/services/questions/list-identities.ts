/** Who is in the library. */
import { covering } from '../../domain/intervals.js';
import { fitOf } from '../../domain/people/loose-names.js';
import type { Coverage } from '../answers/coverage.js';
import type { IdentityAnswer } from '../answers/identity.js';
import type { Titles } from '../answers/titles.js';
import { checkIdentitiesRequest, type IdentitiesRequest } from '../requests/list-identities.js';
import type { Resources } from '../resources.js';
import { describeIdentity, isSeen } from '../library/library-view.js';

const ORDERS = {
  seconds: (a, b) => b.seconds_on_screen - a.seconds_on_screen || (b.photos ?? 0) - (a.photos ?? 0),
  videos: (a, b) => b.video_ids.length - a.video_ids.length,
  // Named ones first, by name.
  name: (a, b) => Number(a.name === null) - Number(b.name === null) || (a.name ?? '').localeCompare(b.name ?? ''),
} as const satisfies Record<string, (a: Listed, b: Listed) => number>;
type Listed = ReturnType<typeof describeIdentity>;

export interface IdentitiesService {
  /**
   * Everyone who fits, whole; with `video_ids` seconds and appearances count only those videos, with `at_s` the
   * appearance then is shown.
   */
  list(
    request: Partial<IdentitiesRequest>,
    signal?: AbortSignal,
  ): Promise<{ identities: IdentityAnswer[]; titles: Titles; coverage: readonly Coverage[] }>;
}

/** Who is in the library. */
export function createIdentitiesService(resources: Resources): IdentitiesService {
  return {
    async list(request, signal) {
      checkIdentitiesRequest(request);
      const view = await resources.view(request.video_ids, signal);
      const part = request.name;
      // Those who were enrolled are people of the library before anybody has seen them.
      const awaited = view.whole
        ? view.named.filter((p) => view.references.has(p.identity_id) && !isSeen(p, view))
        : [];
      const identities = [...view.people, ...awaited]
        .filter((p) => request.include_ignored || !view.ignored.has(p.identity_id))
        .filter((p) => part === undefined || (p.name !== null && fitOf(part, p.name) !== null))
        .map((p) => describeIdentity(view, p))
        .flatMap((p) => (request.at_s === undefined ? p : onScreenAt(p, request.at_s)))
        .filter((p) => p.seconds_on_screen >= (request.min_seconds ?? 0))
        .sort((a, b) => ORDERS[request.sort ?? 'seconds'](a, b) || (a.identity_id < b.identity_id ? -1 : 1));
      return { identities, titles: view.titles(), coverage: view.coverage() };
    },
  };
}

/** An identity with the appearance that a moment is in, of a photo any; nobody where they are not on screen then. */
function onScreenAt(identity: IdentityAnswer, at_s: number): IdentityAnswer[] {
  const photos = identity.appearances.filter((a) => a.photo);
  const appearances = [...covering(identity.appearances, at_s), ...photos];
  return appearances.length === 0 ? [] : [{ ...identity, appearances, appearances_total: appearances.length }];
}
