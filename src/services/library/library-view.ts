/** The library as questions see it with its tracks, of some videos or all. One state, never changed once it is read. */
import type { Library, TrackFilter } from '../../store/api.js';
import type { IdentityRow, TrackSummary } from '../../store/rows.js';
import { perState } from '../kept-per-state.js';
import { createFactsReader, type Facts } from './facts.js';
import { keptPeople } from './kept-people.js';
import { type MadeOfRows, type PeopleView, readAhead, readPeople, type Scope, type Soon } from './people-view.js';

export interface View extends PeopleView {
  tracks: ReadonlyMap<string, TrackSummary>;
  /** Which identity a track belongs to. */
  ownerOf(track_id: string): IdentityRow | undefined;
  tracksOf(person: IdentityRow): TrackSummary[];
}

/** Whole views are kept as long as the state they show is the library's; none of more tracks than this. */
const KEPT_TRACKS = 200_000;

export interface ViewReader {
  /**
   * With tracks, of some videos or all. @param asked people who may be asked for though they are not in those videos
   * @throws RollcallError unknown_id for a video that is not there
   */
  (video_ids?: readonly string[], signal?: AbortSignal, asked?: readonly string[]): Promise<View>;
  /**
   * People alone: reads what is known of those. Without a scope of everybody. @param soon is told of those who are
   * asked for, in all videos, before it is read where they are seen. @throws RollcallError unknown_id
   */
  people(scope: Scope, signal?: AbortSignal, soon?: Soon): Promise<PeopleView>;
  /** Some people in all videos, with their tracks and no others. @throws RollcallError unknown_id, and as `people` */
  ofPeople(people: readonly string[], signal?: AbortSignal): Promise<View>;
  /** Some tracks, and whoever they are with all of theirs. What is no track of the library is not there. */
  ofTracks(track_ids: readonly string[], signal?: AbortSignal): Promise<View>;
  /** What is known without reading people. */
  facts(signal?: AbortSignal): Promise<Facts>;
  /** The same where its cast will be asked for: when everybody is seen is read beside it. */
  factsWithTimes(signal?: AbortSignal): Promise<Facts>;
}

export function createViewReader(library: () => Promise<Library>): ViewReader {
  const kept = keptPeople(KEPT_TRACKS);
  const { facts, known } = createFactsReader(library, kept);
  const made: MadeOfRows = { appearances: new WeakMap(), described: new WeakMap() };
  const read = async (scope: Scope, signal?: AbortSignal): Promise<PeopleView> =>
    readPeople(await facts(signal), scope, kept, made, signal);
  const everybody = perState(
    library,
    (_, signal) => read({}, signal),
    ({ people }) => people.reduce((n, p) => n + p.track_ids.length, 0) <= KEPT_TRACKS,
  );
  const whole = perState(
    library,
    async (_, signal) => withTracks(await everybody(signal), {}, signal),
    ({ tracks }) => tracks.size <= KEPT_TRACKS,
  );
  const people: ViewReader['people'] = async (scope, signal, soon) => {
    if (!scope.video_ids && !scope.people) return everybody(signal);
    if (scope.video_ids || !soon) return read(scope, signal);
    // Videos take longest, and who is asked for does not need them.
    const ahead = async (): Promise<void> => readAhead(await known(), scope.people ?? [], kept, soon, signal);
    await Promise.all([ahead(), facts(signal)]);
    return read(scope, signal);
  };
  const view = async (video_ids?: readonly string[], signal?: AbortSignal, asked?: readonly string[]): Promise<View> =>
    video_ids ? withTracks(await people({ video_ids, people: asked }, signal), { video_ids }, signal) : whole(signal);
  const ofPeople: ViewReader['ofPeople'] = async (given, signal) => {
    const some = await people({ people: given }, signal, () => undefined);
    return withTracks(some, { track_ids: some.people.flatMap((p) => p.track_ids) }, signal);
  };
  const ofTracks: ViewReader['ofTracks'] = async (track_ids, signal) => {
    const read = await facts(signal);
    const owner = await read.state.ownersOf(track_ids, signal);
    const owners = new Set(track_ids.flatMap((t) => owner.get(t) ?? []));
    const some = await readPeople(read, { people: [...owners] }, kept, made, signal);
    return withTracks(some, { track_ids: [...some.people.flatMap((p) => p.track_ids), ...track_ids] }, signal);
  };
  const times = async (): Promise<unknown> => kept.seenTimes(await (await library()).snapshot());
  const factsWithTimes = async (signal?: AbortSignal): Promise<Facts> =>
    (await Promise.all([facts(signal), times()]))[0];
  return Object.assign(view, { people, ofPeople, ofTracks, facts, factsWithTimes });
}

async function withTracks(view: PeopleView, filter: TrackFilter, signal?: AbortSignal): Promise<View> {
  const tracks = new Map((await view.state.tracks(filter, signal)).map((t) => [t.track_id, t]));
  const owner = new Map(view.people.flatMap((p) => p.track_ids.map((t) => [t, p] as const)));
  return {
    ...view,
    tracks,
    ownerOf: (t) => owner.get(t),
    tracksOf: (p) => p.track_ids.flatMap((t) => tracks.get(t) ?? []),
  };
}
