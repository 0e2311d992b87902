/** The library thing by thing: for clients that browse it, and for completing what a person types. */
import { libraryAt } from '../../config/settings.js';
import { RollcallError } from '../../domain/errors.js';
import type { Library } from '../../store/api.js';
import { readHead } from '../../store/head/head.js';
import type { IdentityRow } from '../../store/rows.js';
import type { IdentityAnswer } from '../answers/identity.js';
import type { Titles } from '../answers/titles.js';
import type { VideoAnswer } from '../answers/video.js';
import { describeVideo } from '../indexing/describe-video.js';
import { type View } from '../library/library-view.js';
import { describeIdentity } from '../library/people-view.js';
import type { Resources } from '../resources.js';

/** A video or a person by id, and what people call it. */
export interface Entry {
  kind: 'video' | 'identity';
  id: string;
  /** Title of a video; name of a person, null while there is none. */
  name: string | null;
  /** Title of the film that a person is in first; null for a video. */
  film: string | null;
}

export interface BrowsingService {
  /**
   * Videos as they were indexed, then people, named ones first; without those that are ignored. Where there is no
   * library yet there is nothing, and none is made.
   */
  entries(signal?: AbortSignal): Promise<Entry[]>;
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

export function createBrowsingService(resources: Pick<Resources, 'settings' | 'library' | 'view'>): BrowsingService {
  /** @throws RollcallError unknown_id where there is no library: nothing can be in it */
  const existing = async (what: string): Promise<Library> => {
    if ((await readHead(libraryAt(resources.settings))) !== null) return resources.library();
    throw new RollcallError('unknown_id', `There is no ${what}: nothing is indexed yet.`, '{index_video} comes first.');
  };
  return {
    async entries(signal) {
      if ((await readHead(libraryAt(resources.settings))) === null) return [];
      const view = await resources.view(undefined, signal);
      const people = view.people.filter((p) => !view.ignored.has(p.identity_id));
      return [
        ...[...view.videos.values()].map((v): Entry => ({ kind: 'video', id: v.video_id, name: v.title, film: null })),
        ...people
          .sort(namedFirst)
          .map((p): Entry => ({ kind: 'identity', id: p.identity_id, name: p.name, film: firstFilm(view, p) })),
      ];
    },
    async identity(of, signal) {
      await existing(`identity ${of}`);
      const view = await resources.view(undefined, signal);
      return { identity: describeIdentity(view, view.person(of)), titles: view.titles() };
    },
    async video(video_id, signal) {
      await existing(`video ${video_id}`);
      return describeVideo(resources, video_id, signal);
    },
    async face(track_id, signal) {
      const { crops } = await (await existing(`track ${track_id}`)).pictures(track_id, signal);
      const [best] = crops;
      if (best) {
        const { people } = await resources.view(undefined, signal);
        return {
          content: best,
          about: people.filter((p) => p.track_ids.includes(track_id)).map((p) => p.identity_id),
        };
      }
      throw new RollcallError(
        'not_found',
        `Track ${track_id} has no picture.`,
        '{show_faces} shows its video instead.',
      );
    },
  };
}

/** By name; the others stay in the order in which they were found. */
function namedFirst(a: IdentityRow, b: IdentityRow): number {
  return Number(a.name === null) - Number(b.name === null) || (a.name ?? '').localeCompare(b.name ?? '');
}

function firstFilm(view: View, person: IdentityRow): string | null {
  const [track] = view.tracksOf(person);
  return view.videos.get(track?.video_id ?? '')?.title ?? null;
}
