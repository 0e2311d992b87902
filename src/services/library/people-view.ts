/** People of the library as questions see them: when each is where. One state, never changed once it is read. */
import { RollcallError } from '../../domain/errors/errors.js';
import { kept as readOnce, keptValue } from '../../domain/kept.js';
import { namesLike } from '../../domain/edits/loose-names.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { Reader } from '../../store/api.js';
import { byAge } from '../../store/tables/row-order.js';
import type { IdentityRow, SeenRow, VideoRow } from '../../store/rows.js';
import type { Coverage } from '../answers/coverage.js';
import type { Appearance, DescribedIdentity } from '../answers/identity.js';
import type { Titles } from '../answers/titles.js';
import { allComparisons, coverageOf, type Facts, type Known, MOST_HOPS, withRedirects } from './facts.js';
import { byPerson, type KeptPeople, type SeenByPerson, type SomePeople } from './kept-people.js';
import { photosIn, whenIn } from './photo-times.js';
import { whoIsMeant } from './who-is-meant.js';

/** Of whom a view is. With videos it is of those who are in them, and of what they do there; else it is of `people`. */
export interface Scope {
  video_ids?: readonly string[] | undefined;
  /** Ids or names; others than these may be asked for by name alone. */
  people?: readonly string[] | undefined;
}

export interface PeopleView
  extends Pick<
    Facts,
    'named' | 'references' | 'edits' | 'totals' | 'means' | 'listed' | 'cast' | 'holdsCast' | 'ages'
  > {
  /** The library as it is read. */
  state: Reader;
  /** All videos, not some. */
  whole: boolean;
  /** How many people a picture is compared with, and what their best scores are worth: see comparisonsOf. */
  compared(): Promise<{ compared: number; comparisons: number }>;
  videos: ReadonlyMap<string, VideoRow>;
  /** Live identities of the scope that are seen here. */
  people: readonly IdentityRow[];
  /** Identities that are left out of lists: posters, statues, crowds. */
  ignored: ReadonlySet<string>;
  /** By id, redirects followed, or by a name. @throws RollcallError unknown_id; not_found, ambiguous for a name */
  person(given: string): IdentityRow;
  /** The videos that somebody is in, by id. */
  videosOf(person: IdentityRow): string[];
  /** Somebody as answers show them; computed once. */
  described(person: IdentityRow): Readonly<DescribedIdentity>;
  appearances(person: IdentityRow, score?: (track_id: string) => number | null): readonly Appearance[];
  coverage(): readonly Coverage[];
  titles(): Titles;
}

/** What was made for answers about rows that are carried over from state to state. */
export interface MadeOfRows {
  appearances: WeakMap<readonly SeenRow[], readonly Appearance[]>;
  described: WeakMap<readonly SeenRow[], { of: IdentityRow; answer: DescribedIdentity }>;
}

/** @throws RollcallError unknown_id for a video that is not there */
export async function readPeople(
  facts: Facts,
  scope: Scope,
  kept: KeptPeople,
  made: MadeOfRows,
  signal?: AbortSignal,
): Promise<PeopleView> {
  const { state } = facts;
  const { video_ids } = scope;
  checkVideos(facts, video_ids ?? []);
  if (!video_ids && !scope.people) {
    const { seen, identities } = await kept.everybody(state, signal);
    return peopleView(facts, undefined, seen, [...identities.values()], made);
  }
  const some = await kept.some(state);
  const asked = await askedFor(facts, scope.people ?? [], some, signal);
  if (!video_ids) {
    const live = asked.filter((row) => row.merged_into === null).map((row) => row.identity_id);
    return peopleView(facts, undefined, await some.seenOf(live, signal), asked, made);
  }
  const seen = byPerson(await state.seen({ video_ids }, signal));
  const known = new Set(asked.map((row) => row.identity_id));
  const others = await state.identitiesOf(
    [...seen.keys()].filter((id) => !known.has(id)),
    signal,
  );
  return peopleView(facts, video_ids, seen, [...asked, ...others], made);
}

/** Told of some people, live ones. */
export type Soon = (known: Known, rows: readonly IdentityRow[]) => void;

/** Reads what a view of some people takes beside videos, so that it finds it read. */
export async function readAhead(
  known: Known,
  given: readonly string[],
  kept: KeptPeople,
  soon: Soon,
  signal?: AbortSignal,
): Promise<void> {
  const some = await kept.some(known.state);
  const rows = (await askedFor(known, given, some, signal)).filter((row) => row.merged_into === null);
  soon(known, rows);
  await some.seenOf(
    rows.map((row) => row.identity_id),
    signal,
  );
}

function checkVideos({ videos }: Facts, video_ids: readonly string[]): void {
  for (const id of video_ids)
    if (!videos.has(id))
      throw new RollcallError(
        'unknown_id',
        `There is no video ${id} in the library.`,
        '{list_identities} without {video_ids} shows which there are; {index_video} adds one.',
      );
}

/** Those who may be meant, and whom they redirect to. Who is not there is missed when it is asked for. */
async function askedFor(
  { named }: Known,
  given: readonly string[],
  some: SomePeople,
  signal?: AbortSignal,
): Promise<IdentityRow[]> {
  const ids = given.filter((one) => one.startsWith('identity_')),
    names = given.filter((one) => !one.startsWith('identity_'));
  const meant = new Set(names.flatMap((name) => namesLike(name, named)?.people.map((p) => p.identity_id) ?? []));
  const rows = [...(await withRedirects(some, ids, signal)), ...named.filter((p) => meant.has(p.identity_id))];
  return [...new Map(rows.map((row) => [row.identity_id, row])).values()];
}

/** @param video_ids those alone; all when left out. @param identities beside those with a name */
function peopleView(
  facts: Facts,
  video_ids: readonly string[] | undefined,
  seen: SeenByPerson,
  identities: readonly IdentityRow[],
  made: MadeOfRows,
): PeopleView {
  const wanted = video_ids && new Set(video_ids);
  const videos = wanted ? new Map([...facts.videos].filter(([id]) => wanted.has(id))) : facts.videos;
  const byId = new Map([...facts.enrolled, ...facts.named, ...identities].map((row) => [row.identity_id, row]));
  const people = [...byId.values()].filter((p) => p.merged_into === null && seen.has(p.identity_id)).sort(byAge);
  const tracksHere = ({ identity_id }: IdentityRow) =>
    (seen.get(identity_id) ?? []).reduce((sum, row) => sum + row.tracks, 0);
  const comparisonsHere = () =>
    allComparisons(
      { identity_ids: people.map((p) => p.identity_id), tracks: people.map(tracksHere) },
      facts.references,
    );
  const view: PeopleView = {
    state: facts.state,
    whole: !wanted,
    // Every face of a picture asks.
    compared: readOnce(async () =>
      wanted
        ? { compared: people.length, comparisons: comparisonsHere() }
        : { compared: (await facts.totals()).identity_ids.length, comparisons: await facts.comparisons() },
    ),
    videos,
    people,
    named: facts.named,
    references: facts.references,
    edits: facts.edits,
    ignored: facts.edits.ignored,
    totals: () => facts.totals(),
    means: () => facts.means(),
    listed: () => facts.listed(),
    cast: () => facts.cast(),
    holdsCast: () => facts.holdsCast(),
    ages: () => facts.ages(),
    person(given) {
      if (!given.startsWith('identity_')) return whoIsMeant(given, facts.named).person;
      let row = byId.get(given);
      for (let hops = 0; row?.merged_into && hops < MOST_HOPS; hops++) row = byId.get(row.merged_into);
      if (!row)
        throw new RollcallError(
          'unknown_id',
          `There is no identity ${given}.`,
          '{list_identities} shows who there is.',
        );
      return row;
    },
    videosOf: (p) => (seen.get(p.identity_id) ?? []).map((row) => row.video_id),
    appearances(p, score) {
      const rows = seen.get(p.identity_id) ?? [];
      const all =
        (score ? null : made.appearances.get(rows)) ?? rows.flatMap((row) => appearancesIn(row, videos, score));
      if (!score) made.appearances.set(rows, all);
      return all;
    },
    described(p) {
      const rows = seen.get(p.identity_id) ?? [],
        held = made.described.get(rows);
      const answer = held?.of === p ? held.answer : describe(p, rows, view.appearances(p));
      made.described.set(rows, { of: p, answer });
      return answer;
    },
    titles: wanted
      ? keptValue(() => new Map([...videos.values()].map((v) => [v.video_id, v.title])))
      : () => facts.titles(),
    coverage: wanted ? keptValue(() => [...videos.values()].map(coverageOf)) : () => facts.coverage(),
  };
  return view;
}

function appearancesIn(
  { video_id, appearances }: SeenRow,
  videos: ReadonlyMap<string, VideoRow>,
  score?: (track_id: string) => number | null,
): Appearance[] {
  const video = videos.get(video_id);
  return appearances.map((seen): Appearance => {
    const { track_ids } = seen;
    const scores = score ? track_ids.flatMap((t) => score(t) ?? []) : [];
    const best = scores.length > 0 ? Math.max(...scores) : null;
    const when = whenIn(video, seen);
    // Fields one by one: whoever asks about everybody has hundreds of thousands.
    return when.photo
      ? { video_id, ...when, score: best, track_ids }
      : { video_id, start_s: when.start_s, end_s: when.end_s, score: best, track_ids };
  });
}

function describe(
  person: IdentityRow,
  rows: readonly SeenRow[],
  appearances: readonly Appearance[],
): DescribedIdentity {
  const best = rows.reduce<SeenRow | null>((held, row) => (held && !isBetter(row, held) ? held : row), null);
  return {
    identity_id: person.identity_id,
    name: person.name,
    seconds_on_screen: round(secondsOf(appearances)),
    photos: photosIn(appearances),
    video_ids: rows.map((row) => row.video_id),
    appearances: [...appearances],
    appearances_total: appearances.length,
    tracks: rows.reduce((n, row) => n + row.tracks, 0),
    best_face: best && {
      track_id: best.best_track,
      video_id: best.video_id,
      time_s: round(best.best_time_s),
      quality: best.best_quality,
    },
  };
}

/** Of equal quality the first track by id: the same one in whatever order they are read. */
function isBetter(a: SeenRow, b: SeenRow): boolean {
  return a.best_quality > b.best_quality || (a.best_quality === b.best_quality && a.best_track < b.best_track);
}

/** Whether somebody has a track in the library. */
export function isSeen(person: IdentityRow): boolean {
  return person.track_ids.length > 0;
}

/** An identity as answers show it. */
export function describeIdentity(view: PeopleView, person: IdentityRow): DescribedIdentity {
  return { ...view.described(person) };
}

/** Seconds that appearances last. */
export function secondsOf(appearances: readonly { start_s: number; end_s: number }[]): number {
  return appearances.reduce((s, a) => s + a.end_s - a.start_s, 0);
}
