/** What clients can read by its address: people, videos and faces of the library. Knows nothing of the protocol. */
import type { Entry } from '../services/browsing/browse-library.js';
import { videosMentioned } from '../services/answers/titles.js';
import type { ToolHost } from './definition/define-tool.js';
import { RollcallError } from '../domain/errors/errors.js';
import { shortIdentity } from './answers/identity-line.js';
import { pageOf, windowed, windowOf } from './answers/paging.js';

/** A kind of resource, as clients are told of it. */
export interface ResourceTemplate {
  /** RFC 6570. */
  uriTemplate: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

const PERSON: ResourceTemplate = {
  uriTemplate: 'rollcall://identity/{id}',
  name: 'identity',
  title: 'A person',
  description: 'Name, seconds on screen, films and first appearances of a person; by identity_id, label (P12) or name.',
  mimeType: 'application/json',
};
const VIDEO: ResourceTemplate = {
  uriTemplate: 'rollcall://video/{id}',
  name: 'video',
  title: 'A video',
  description: 'Who is in an indexed video and when, longest on screen first, and what was looked at.',
  mimeType: 'application/json',
};
const FACE: ResourceTemplate = {
  uriTemplate: 'rollcall://track/{id}/face.jpg',
  name: 'face',
  title: 'A face',
  description: 'The best face of a track, aligned, 112 × 112 pixels. Tracks are named in every answer.',
  mimeType: 'image/jpeg',
};
export const RESOURCE_TEMPLATES: readonly ResourceTemplate[] = [PERSON, VIDEO, FACE];

/** One resource of a listing. */
export interface ResourceEntry {
  uri: string;
  name: string;
  title: string;
  mimeType: string;
}

export interface ResourceContent {
  mimeType: string;
  content: string | Uint8Array;
  /** Ids of whom a picture shows: it does not say so itself. */
  about?: readonly string[];
}

type Host = Pick<ToolHost, 'services'>;

const PAGE = 100;
/** What of one person, or of one video, is told at once; the tools page through the rest. */
const APPEARANCES = 20;
const PEOPLE = 50;
const FILMS = 50;

/** Videos and people, a page of them. @throws RollcallError bad_cursor */
export async function listResources(
  host: Host,
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<{ resources: ResourceEntry[]; next_cursor: string | null }> {
  const { browsing } = await host.services();
  const entries = await browsing.entries(undefined, signal);
  const paging = { kind: 'resources', args: {}, cursor };
  const { from, count } = windowOf({ ...paging, usual: PAGE });
  const some = entries.slice(from, from + count);
  const unnamed = some.flatMap((e) => (e.kind === 'identity' && e.name === null ? [e.id] : []));
  const films = await browsing.firstFilms(unnamed, signal);
  const listed = some.map((entry) => entryResource(entry, films.get(entry.id)));
  const { items, next_cursor } = pageOf(windowed(listed, from, entries.length), { ...paging, limit: PAGE });
  return { resources: items, next_cursor };
}

/** The resource of a video or a person. */
export function resourceOf(kind: Entry['kind'], id: string, title: string): ResourceEntry {
  return { uri: `rollcall://${kind}/${id}`, name: id, title, mimeType: 'application/json' };
}

function entryResource({ kind, id, name }: Entry, film: string | undefined): ResourceEntry {
  return resourceOf(kind, id, name ?? (film === undefined ? 'Unnamed person' : `Unnamed person in ${film}`));
}

/** @throws RollcallError unknown_id, not_found; not_found for an address of no kind of resource */
export async function readResource(host: Host, uri: string, signal?: AbortSignal): Promise<ResourceContent> {
  const { kind, id: given } = addressed(uri);
  const { browsing, shortIds } = await host.services();
  const id = shortIds.isShort(given) ? ((await shortIds.resolve([given], signal)).get(given) ?? given) : given;
  switch (kind) {
    case 'track':
      return { mimeType: FACE.mimeType, ...(await browsing.face(id, signal)) };
    case 'identity': {
      const { identity, titles } = await browsing.identity(id, signal);
      const films = identity.video_ids.slice(0, FILMS);
      return json({
        ...shortIdentity(identity, { detail: 'full', scale: 0, appearances: APPEARANCES }),
        video_ids: films,
        videos_total: identity.video_ids.length,
        videos: videosMentioned(titles, films),
        hint: 'find_person with identity_id pages through all appearances; show_faces shows the person.',
      });
    }
    case 'video': {
      const { already_indexed: _, identities, ...video } = await browsing.video(id, signal);
      return json({
        ...video,
        identities: identities.slice(0, PEOPLE).map((i) => shortIdentity(i, { detail: 'full', scale: 2 })),
        hint: 'list_identities with video_ids pages through everyone; show_faces with video_id and time_s shows a moment.',
      });
    }
  }
}

function json(value: object): ResourceContent {
  return { mimeType: PERSON.mimeType, content: JSON.stringify(value) };
}

function addressed(uri: string): { kind: 'identity' | 'video' | 'track'; id: string } {
  const [, kind, given = '', rest = ''] =
    /^rollcall:\/\/(identity|video|track)\/([^/?#]{1,600})(\/[^?#]*)?$/.exec(uri) ?? [];
  const id = decoded(given);
  if (kind === 'track' && id !== null && rest === '/face.jpg') return { kind, id };
  if ((kind === 'identity' || kind === 'video') && id !== null && rest === '') return { kind, id };
  throw new RollcallError(
    'not_found',
    `There is no resource ${JSON.stringify(uri.slice(0, 200))}.`,
    `There are ${RESOURCE_TEMPLATES.map((t) => t.uriTemplate).join(', ')}.`,
  );
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
