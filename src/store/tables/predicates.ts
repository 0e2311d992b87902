/** SQL predicates. Nothing but checked ids and hashes is ever put into one. */
import { chunks } from '../../domain/chunks.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { isIdStart, parseId, type IdKind } from '../../domain/ids.js';
import type { SeenFilter, TrackFilter } from '../api.js';

/** Ids in one IN list; longer lists become several queries, which keeps a predicate's text under ~35 kB. */
export const IDS_PER_PREDICATE = 1000;

const HASH = /^[A-Za-z0-9._:-]{1,200}$/;

/**
 * @returns predicates that together select the rows whose `column` is among `ids`; none for no ids. @throws
 * RollcallError `unknown_id`
 */
export function idPredicates(column: string, kind: IdKind, ids: readonly string[]): string[] {
  const unique = [...new Set(ids)].map((id) => `'${parseId(kind, id)}'`);
  const predicates: string[] = [];
  for (let i = 0; i < unique.length; i += IDS_PER_PREDICATE)
    predicates.push(`${column} IN (${unique.slice(i, i + IDS_PER_PREDICATE).join(', ')})`);
  return predicates;
}

/**
 * Of the rows whose id begins so. @param start as an id begins: its kind, and perhaps some letters
 * @throws RollcallError `unknown_id`
 */
export function startPredicate(column: string, kind: IdKind, start: string): string {
  if (!isIdStart(kind, start))
    throw new RollcallError('unknown_id', `No id of a ${kind} begins with ${start}.`, 'Give it as it was answered.');
  // Beyond all letters of ids.
  return `${column} >= '${start}' AND ${column} < '${start}~'`;
}

/** The same of whole numbers. */
export function numberPredicates(column: string, numbers: readonly number[]): string[] {
  const unique = [...new Set(numbers.map(Math.trunc))];
  return [...chunks(unique, IDS_PER_PREDICATE)].map((some) => `${column} IN (${some.join(', ')})`);
}

/**
 * @returns disjoint predicates that together select the filter's tracks; [undefined] for all of them, [] for none.
 * @throws RollcallError `unknown_id`
 */
export function trackPredicates(filter: TrackFilter): (string | undefined)[] {
  const byVideo = filter.video_ids && idPredicates('video_id', 'video', filter.video_ids);
  const byTrack = filter.track_ids && idPredicates('track_id', 'track', filter.track_ids);
  if (byVideo && byTrack) return byVideo.flatMap((video) => byTrack.map((track) => `${video} AND ${track}`));
  return byVideo ?? byTrack ?? [undefined];
}

/** The same of who is seen where. */
export function seenPredicates({ video_ids, identity_ids }: SeenFilter): (string | undefined)[] {
  const byVideo = video_ids && idPredicates('video_id', 'video', video_ids);
  const byPerson = identity_ids && idPredicates('identity_id', 'identity', identity_ids);
  if (byVideo && byPerson) return byVideo.flatMap((video) => byPerson.map((person) => `${video} AND ${person}`));
  return byVideo ?? byPerson ?? [undefined];
}

/** @throws RollcallError `bad_argument` for what cannot be a hash. */
export function hashPredicate(content_hash: string): string {
  if (!HASH.test(content_hash))
    throw new RollcallError(
      'bad_argument',
      'The content hash has characters that no hash has.',
      'Give the hash as it was stored.',
    );
  return `content_hash = '${content_hash}'`;
}
