/** Who is in the library. */
import { covering } from '../../domain/intervals.js';
import { fitOf } from '../../domain/edits/loose-names.js';
import { byText, namedFirst } from '../../domain/order.js';
import { inPages } from '../../domain/ranked.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { Coverage } from '../answers/coverage.js';
import type { DescribedIdentity, IdentityAnswer } from '../answers/identity.js';
import type { Titles } from '../answers/titles.js';
import type { Facts } from '../library/facts.js';
import { keptAnswers } from '../library/kept-answers.js';
import { describeIdentity, isSeen, type PeopleView } from '../library/people-view.js';
import { checkIdentitiesRequest, type IdentitiesRequest } from '../requests/list-identities.js';
import type { Resources } from '../resources.js';

const ORDERS = {
  seconds: (a, b) => b.seconds - a.seconds || b.photos - a.photos,
  videos: (a, b) => b.videos - a.videos,
  name: namedFirst,
} as const satisfies Record<string, (a: Entry, b: Entry) => number>;

/** The number that goes before all else of an order: see Ranking. */
const WEIGHTS = {
  seconds: (p) => p.seconds,
  videos: (p) => p.videos,
  name: (p) => Number(p.name !== null),
} as const satisfies Record<keyof typeof ORDERS, (p: Entry) => number>;

/** What somebody is listed by. */
interface Entry {
  identity_id: string;
  name: string | null;
  seconds: number;
  videos: number;
  photos: number;
}

/** Ids of those who fit, in order. */
interface Listing {
  total: number;
  first: (count: number) => readonly string[];
}

/** Places of a listing, from 0. */
export interface Window {
  from: number;
  count: number;
}

/** Listings and pages of one state that are kept: who is seen most takes longest to tell of, and is asked for most. */
const LISTINGS = 4,
  PAGES = 8;

export interface IdentitiesService {
  /**
   * Everyone who fits, or those in the window, whole, and how many there are; with `video_ids` seconds and appearances
   * count only those videos, with `at_s` the appearance then is shown.
   */
  list(
    request: Partial<IdentitiesRequest>,
    signal?: AbortSignal,
    window?: Window,
  ): Promise<{ identities: IdentityAnswer[]; total: number; titles: Titles; coverage: readonly Coverage[] }>;
}

/** Who is in the library. */
export function createIdentitiesService({
  view: views,
  certainty,
}: Pick<Resources, 'view' | 'certainty'>): IdentitiesService {
  const listings = keptAnswers<Listing>(LISTINGS),
    pages = keptAnswers<PeopleView>(PAGES);
  return {
    async list(request, signal, window) {
      checkIdentitiesRequest(request);
      if (request.video_ids) return ofVideos(request, request.video_ids, window, signal);
      const facts = await views.facts(signal);
      const { sort, name, min_seconds, include_ignored } = request;
      const { total, first } = await listings(facts, [sort, name, min_seconds, include_ignored], () =>
        listed(facts, request),
      );
      const shown = first(window ? window.from + window.count : total).slice(window?.from);
      const view =
        shown.length === total
          ? await views.people({}, signal)
          : await pages(facts, shown, () => views.people({ people: shown }));
      return {
        identities: await withCertainty(
          view,
          shown.map((id) => describeIdentity(view, view.person(id))),
        ),
        total,
        titles: view.titles(),
        coverage: view.coverage(),
      };
    },
  };

  async function withCertainty({ state }: PeopleView, people: readonly DescribedIdentity[]): Promise<IdentityAnswer[]> {
    const of = await certainty(
      state,
      people.map((p) => p.identity_id),
    );
    return people.map((p) => ({ ...p, ...of(p.identity_id) }));
  }

  async function listed(facts: Facts, request: Partial<IdentitiesRequest>): Promise<Listing> {
    const { sort = 'seconds', name: part, min_seconds = 0, include_ignored = false } = request;
    const { edits, references, named } = facts;
    const totals = await facts.totals();
    const nameOf = new Map(named.map((p) => [p.identity_id, p.name]));
    const seen = totals.identity_ids.map(
      (identity_id, at): Entry => ({
        identity_id,
        name: nameOf.get(identity_id) ?? null,
        seconds: round(totals.seconds[at] ?? 0),
        videos: totals.videos[at] ?? 0,
        photos: totals.photos[at] ?? 0,
      }),
    );
    // Those who were enrolled are people of the library before anybody has seen them.
    const awaited = named
      .filter((p) => references.has(p.identity_id) && !isSeen(p))
      .map(({ identity_id, name }) => ({ identity_id, name, seconds: 0, videos: 0, photos: 0 }));
    const fit = [...seen, ...awaited].filter(
      (p) => (include_ignored || !edits.ignored.has(p.identity_id)) && isCalled(p, part) && p.seconds >= min_seconds,
    );
    // Many: only those that are shown are put in order.
    const none = { identity_id: '', name: null, seconds: 0, videos: 0, photos: 0 },
      order = inOrder(sort);
    const first = inPages({
      length: fit.length,
      weight: (at) => WEIGHTS[sort](fit[at] ?? none),
      compare: (p, q) => order(fit[p] ?? none, fit[q] ?? none),
    });
    return { total: fit.length, first: (count) => first(count).map((at) => fit[at]?.identity_id ?? '') };
  }

  async function ofVideos(
    request: Partial<IdentitiesRequest>,
    video_ids: readonly string[],
    window: Window | undefined,
    signal?: AbortSignal,
  ): ReturnType<IdentitiesService['list']> {
    const view = await views.people({ video_ids }, signal);
    const order = inOrder(request.sort ?? 'seconds');
    const identities = view.people
      .filter((p) => (request.include_ignored ?? false) || !view.ignored.has(p.identity_id))
      .filter((p) => isCalled(p, request.name))
      .map((p) => describeIdentity(view, p))
      .flatMap((p) => (request.at_s === undefined ? p : onScreenAt(p, request.at_s)))
      .filter((p) => p.seconds_on_screen >= (request.min_seconds ?? 0))
      .map((p) => ({ p, entry: entryOf(p) }))
      .sort((a, b) => order(a.entry, b.entry))
      .map(({ p }) => p);
    return {
      identities: await withCertainty(view, part(identities, window)),
      total: identities.length,
      titles: view.titles(),
      coverage: view.coverage(),
    };
  }
}

function part<T>(all: readonly T[], window: Window | undefined): T[] {
  return window ? all.slice(window.from, window.from + window.count) : [...all];
}

function isCalled({ name }: { name: string | null }, part: string | undefined): boolean {
  return part === undefined || (name !== null && fitOf(part, name) !== null);
}

function inOrder(sort: keyof typeof ORDERS): (a: Entry, b: Entry) => number {
  return (a, b) => ORDERS[sort](a, b) || byText(a.identity_id, b.identity_id);
}

function entryOf({ identity_id, name, seconds_on_screen, video_ids, photos }: DescribedIdentity): Entry {
  return { identity_id, name, seconds: seconds_on_screen, videos: video_ids.length, photos: photos ?? 0 };
}

/** An identity with the appearance that a moment is in, of a photo any; nobody where they are not on screen then. */
function onScreenAt(identity: DescribedIdentity, at_s: number): DescribedIdentity[] {
  const photos = identity.appearances.filter((a) => a.photo);
  const appearances = [...covering(identity.appearances, at_s), ...photos];
  return appearances.length === 0 ? [] : [{ ...identity, appearances, appearances_total: appearances.length }];
}
