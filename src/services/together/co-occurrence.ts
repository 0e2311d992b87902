/** Who appears with whom. */
import { groupBy } from '../../domain/group-by.js';
import { total } from '../../domain/intervals.js';
import type { Reader } from '../../store/api.js';
import { timesOf } from '../../store/reading/seen-times.js';
import type { InDoubt, TogetherAnswer } from '../answers/co-occurrence.js';
import type { Coverage } from '../answers/coverage.js';
import type { Titles } from '../answers/titles.js';
import { type Cast, castOf } from '../library/cast.js';
import { keptAnswers } from '../library/kept-answers.js';
import type { PeopleView } from '../library/people-view.js';
import { isAboutComings, type TogetherRequest } from '../requests/co-occurrence.js';
import type { Resources } from '../resources.js';
import { type Company, filmsOf, spansIn } from './counts-as-there.js';
import { groupAnswer, groupCounter, groupRanking, type Groups } from './groups-together.js';
import { castIn, countsOfWhole, isQuickerAround } from './company-of-one.js';
import { type Counts, countsOf, pairAnswer, pairCounter, pairRanking, type Pairs } from './pairs-together.js';
import { agesIn } from './oldest-first.js';
import { inPages } from '../../domain/ranked.js';

/** Places of the pairs that are wanted, from 0, and how many groups. */
export interface TogetherWindow {
  from: number;
  count: number;
  groups: number;
}

export interface TogetherService {
  /**
   * Pairs by seconds together, longest first; groups of three and more likewise. Of comings and goings the most first,
   * and no groups. All of them, or those of the window.
   */
  coOccurrence(request: TogetherRequest, signal?: AbortSignal, window?: TogetherWindow): Promise<TogetherAnswer>;
}

/** Whom it is about, and what is known of them. */
interface Asked {
  company: Company;
  named: PeopleView['named'];
  titles: () => Titles;
  coverage: () => readonly Coverage[];
  /** created_at of those who are shown. */
  ages: Pick<Reader, 'ages'>;
  /** What is told of these people; left out where the cast has all of them. */
  countsFor?: ((company: Company, who: readonly number[]) => Promise<Counts>) | undefined;
}

/** What was counted; any part of it is worked out of that. */
type Counted = (window?: TogetherWindow) => Promise<Omit<TogetherAnswer, 'in_doubt'>>;

/** Counts about everybody, and about somebody's company, that are kept for their next pages. */
const KEPT = 2,
  KEPT_COMPANIES = 8;

export function createTogetherService({
  view: views,
  certainty,
}: Pick<Resources, 'view' | 'certainty'>): TogetherService {
  const kept = keptAnswers<Counted>(KEPT),
    companies = keptAnswers<Counted>(KEPT_COMPANIES);
  return {
    async coOccurrence(request, signal, window) {
      const { video_ids, identity_ids = [] } = request;
      if (video_ids || identity_ids.length > 0) {
        const { state, counts, behind } = await about(request, signal, window);
        const answer = await withDoubts(await counts(window), state);
        behind?.();
        return answer;
      }
      // Of everybody it takes longest, and has most pages.
      const facts = await views.factsWithTimes(signal);
      const counts = await kept(facts, request, async () => {
        const { videos, edits, named } = facts;
        const company = everybody(await facts.cast(), edits.ignored, { request, videos, one: null });
        return counted({
          company,
          named,
          ages: facts.state,
          titles: () => facts.titles(),
          coverage: () => facts.coverage(),
        });
      });
      return withDoubts(await counts(window), facts.state);
    },
  };

  async function withDoubts(answer: Awaited<ReturnType<Counted>>, state: Reader): Promise<TogetherAnswer> {
    const ids = [...answer.pairs.flatMap(({ a, b }) => [a, b]), ...answer.groups.flatMap((g) => g.identity_ids)];
    const people = [...new Set(ids)],
      of = await certainty(state, people);
    const in_doubt = people
      .map((identity_id): InDoubt => ({ identity_id, ...of(identity_id) }))
      .filter(({ doubtful }) => doubtful > 0);
    return { ...answer, in_doubt };
  }

  /** Some people, or some videos. */
  async function about(
    request: TogetherRequest,
    signal: AbortSignal | undefined,
    window: TogetherWindow | undefined,
  ): Promise<{ state: Reader; counts: Counted; behind?: () => void }> {
    const { video_ids, identity_ids = [] } = request;
    const view = await views.people({ video_ids, people: identity_ids.length > 0 ? identity_ids : undefined }, signal);
    const asked = new Set(identity_ids.map((id) => view.person(id).identity_id));
    // With one person asked for, it is their company that is wanted; with several, what is between them.
    const [one = null] = asked.size === 1 ? asked : [];
    const { state } = view;
    const tell = (cast: Cast, ages: Asked['ages'], countsFor?: Asked['countsFor']): Counted => {
      const place = one === null ? null : (cast.placeOf.get(one) ?? -1);
      const { videos, ignored } = view;
      const company = everybody(cast, asked.size > 1 ? new Set() : ignored, { request, videos, one: place });
      return counted({
        company,
        ages,
        named: view.named,
        titles: () => view.titles(),
        coverage: () => view.coverage(),
        countsFor,
      });
    };
    if (video_ids || one === null)
      return {
        state,
        counts: tell(castOfView(view, asked), heldAges(new Map(view.people.map((p) => [p.identity_id, p.created_at])))),
      };
    const films = view.videosOf(view.person(one));
    if (window === undefined || !isQuickerAround(films, request, view)) {
      const [cast, ages] = await Promise.all([view.cast(), view.ages()]);
      return { state, counts: tell(cast, heldAges(ages)) };
    }
    const counts = await companies(state, request, async () =>
      tell(await castIn(films, view), state, countsOfWhole(view)),
    );
    return {
      state,
      counts,
      // For the questions to come, which take less then; one that finds it unread or failed reads for itself.
      behind: () => void Promise.all([view.cast(), view.ages()]).catch(() => undefined),
    };
  }
}

/** Everybody of a cast but those who are left out of lists, unless it is about one of them. */
function everybody(
  cast: Cast,
  ignored: ReadonlySet<string>,
  rest: Pick<Company, 'request' | 'videos' | 'one'>,
): Company {
  const left = new Set([...ignored].flatMap((id) => cast.placeOf.get(id) ?? []));
  return { cast, ...rest, counts: (who) => !left.has(who) || who === rest.one };
}

/** @param asked those alone, where there are several */
function castOfView(view: PeopleView, asked: ReadonlySet<string>): Cast {
  const people = asked.size > 1 ? [...asked].map((id) => view.person(id)) : view.people;
  const rows = people.flatMap((person) =>
    [...groupBy(view.appearances(person), (a) => a.video_id)].map(([video_id, appearances]) => ({
      ...{ identity_id: person.identity_id, video_id, appearances },
    })),
  );
  return castOf(timesOf(rows), view.videos);
}

function heldAges(ages: ReadonlyMap<string, string>): Asked['ages'] {
  return { ages: () => Promise.resolve(ages) };
}

function countAll(company: Company): { pairs: Pairs; groups: Groups | null } {
  // Of shots it takes long to say when somebody is there; of the rest holding it would take longer than asking again.
  const counting = company.request.mode === 'same_shot' ? { ...company, held: new Map() } : company;
  const pairs = pairCounter(counting),
    groups = isAboutComings(company.request) ? null : groupCounter(counting);
  for (const film of filmsOf(company)) {
    const spans = spansIn(counting, film);
    pairs.add(film, spans);
    groups?.add(spans);
  }
  return { pairs: pairs.pairs, groups: groups?.groups() ?? null };
}

function counted({ company, named, titles, coverage, ages, countsFor }: Asked): Counted {
  const { pairs, groups } = countAll(company);
  const names = new Map(named.map((p) => [p.identity_id, p.name]));
  const nameOf = (id: string): string | null => names.get(id) ?? null;
  const counts = countsOf(company);
  const firstPairs = inPages(pairRanking(company, pairs, counts)),
    firstGroups = groups && inPages(groupRanking(groups));
  const covered = coverage();
  const looked_s = covered.reduce((sum, c) => sum + total(c.decoded), 0);
  const { people } = company.cast,
    idOf = (who: number): string => people[who] ?? '',
    byAgeOf = agesIn(ages);
  return async ({ from, count, groups: few } = { from: 0, count: Infinity, groups: Infinity }) => {
    const shownPairs = firstPairs(from + count).slice(from),
      shownGroups = (firstGroups?.(few) ?? []).map((at) => groups?.sets[at] ?? []);
    const ofPairs = shownPairs.flatMap((at) => [pairs.a[at] ?? 0, pairs.b[at] ?? 0]);
    const byAge = await byAgeOf([...ofPairs, ...shownGroups.flat()].map(idOf));
    const shown = shownPairs.map((at) => {
      const [a = 0, b = 0] = [pairs.a[at], pairs.b[at]];
      // Whose company is asked for comes first.
      return company.one === null && byAge(idOf(b), idOf(a)) < 0 ? { a: b, b: a } : { a, b };
    });
    const told = countsFor ? await countsFor(company, ofPairs) : counts;
    return {
      pairs: shown.map(({ a, b }) => pairAnswer(company, told, a, b, nameOf, looked_s)),
      pairs_total: pairs.a.length,
      groups: shownGroups.map((set) => groupAnswer(company, set, byAge, nameOf)),
      groups_total: groups?.sets.length ?? 0,
      titles: titles(),
      coverage: covered,
    };
  };
}
