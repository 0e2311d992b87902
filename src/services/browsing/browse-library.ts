/** The library thing by thing: for clients that browse it, and for completing what a person types. */
import { libraryAt } from '../../config/settings.js';
import { RollcallError } from '../../domain/errors/errors.js';
import type { Library } from '../../store/api.js';
import { readHead } from '../../store/head/head.js';
import { byText, namedFirst } from '../../domain/order.js';
import type { IdentityAnswer } from '../answers/identity.js';
import type { Titles } from '../answers/titles.js';
import type { VideoAnswer } from '../answers/video.js';
import { describeVideo } from '../indexing/describe-video.js';
import type { Facts } from '../library/facts.js';
import { keptAnswers } from '../library/kept-answers.js';
import { describeIdentity } from '../library/people-view.js';
import type { Resources } from '../resources.js';

/** A video or a person by id, and what people call it. */
export interface Entry {
  kind: 'video' | 'identity';
  id: string;
  /** Title of a video; name of a person, null while there is none. */
  name: string | null;
}

export interface BrowsingService {
  /**
   * Videos as they were indexed, then people, named ones first; without those that are ignored. Where there is no
   * library yet there is nothing, and none is made. @param kind of that alone
   */
  entries(kind?: Entry['kind'], signal?: AbortSignal): Promise<Entry[]>;
  /** Title of the film that each of some people is in first, by identity_id. */
  firstFilms(identity_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * A person, whole. @param of id, or a name. @throws RollcallError unknown_id, not_found, ambiguous
   */
  identity(of: string, signal?: AbortSignal): Promise<{ identity: IdentityAnswer; titles: Titles }>;
  /** A video and who is in it, whole. @throws RollcallError unknown_id */
  video(video_id: string, signal?: AbortSignal): Promise<VideoAnswer>;
  /**
   * The best face of a track, aligned: a JPEG file of 112 × 112 pixels, and the id of whom it is about, where that is
   * known. @throws RollcallError unknown_id, not_found
   */
  face(track_id: string, signal?: AbortSignal): Promise<{ content: Uint8Array; about: string[] }>;
}

export function createBrowsingService(
  resources: Pick<Resources, 'settings' | 'library' | 'view' | 'certainty'>,
): BrowsingService {
  /** @throws RollcallError unknown_id where there is no library: nothing can be in it */
  const existing = async (what: string): Promise<Library> => {
    if ((await readHead(libraryAt(resources.settings))) !== null) return resources.library();
    throw new RollcallError('unknown_id', `There is no ${what}: nothing is indexed yet.`, '{index_video} comes first.');
  };
  // Tens of thousands of people take longer to put in order than a page of them to read.
  const people = keptAnswers<readonly Entry[]>(1);
  return {
    async entries(kind, signal) {
      if ((await readHead(libraryAt(resources.settings))) === null) return [];
      const facts = await resources.view.facts(signal);
      const { videos } = facts;
      return [
        ...(kind === 'identity'
          ? []
          : [...videos.values()].map((v): Entry => ({ kind: 'video', id: v.video_id, name: v.title }))),
        ...(kind === 'video' ? [] : await people(facts, null, () => peopleOf(facts))),
      ];
    },
    async firstFilms(identity_ids, signal) {
      const titles = new Map<string, string>();
      if (identity_ids.length === 0) return titles;
      const { state, videos } = await resources.view.facts(signal);
      const [rows, seen] = await Promise.all([
        state.identitiesOf(identity_ids, signal),
        state.seen({ identity_ids }, signal),
      ]);
      const where = new Map(seen.flatMap((r) => r.appearances.flatMap((a) => a.track_ids.map((t) => [t, r.video_id]))));
      for (const { identity_id, track_ids } of rows) {
        const first = track_ids.find((t) => where.has(t));
        const title = videos.get(where.get(first ?? '') ?? '')?.title;
        if (title !== undefined) titles.set(identity_id, title);
      }
      return titles;
    },
    async identity(of, signal) {
      await existing(`identity ${of}`);
      const view = await resources.view.people({ people: [of] }, signal);
      const person = view.person(of);
      const sure = await resources.certainty(view.state, [person.identity_id]);
      const identity = { ...describeIdentity(view, person), ...sure(person.identity_id) };
      return { identity, titles: view.titles() };
    },
    async video(video_id, signal) {
      await existing(`video ${video_id}`);
      return describeVideo(resources, video_id, signal);
    },
    async face(track_id, signal) {
      const library = await existing(`track ${track_id}`);
      const { crops } = await library.pictures(track_id, signal);
      const [best] = crops;
      if (best) {
        const owner = (await library.ownersOf([track_id], signal)).get(track_id);
        return { content: best, about: owner === undefined ? [] : [owner] };
      }
      throw new RollcallError(
        'not_found',
        `Track ${track_id} has no picture.`,
        '{show_faces} shows its video instead.',
      );
    },
  };
}

/** Those who are seen and not ignored, by name; the others in the order in which they were found. */
async function peopleOf(facts: Facts): Promise<Entry[]> {
  const [{ identity_ids }, created] = await Promise.all([facts.totals(), facts.ages()]);
  const names = new Map(facts.named.map((p) => [p.identity_id, p.name]));
  return identity_ids
    .filter((id) => !facts.edits.ignored.has(id))
    .map((id) => ({ id, name: names.get(id) ?? null, created_at: created.get(id) ?? '' }))
    .sort((a, b) => namedFirst(a, b) || byText(a.created_at, b.created_at) || byText(a.id, b.id))
    .map(({ id, name }): Entry => ({ kind: 'identity', id, name }));
}
