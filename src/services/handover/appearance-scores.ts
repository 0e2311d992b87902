/** How typical the faces of many people are of them: the scores that an export or a report shows. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ComparedTrack, likeTheOthers, tracksIn } from '../../domain/people/like-others.js';
import type { Library } from '../../store/api.js';
import type { IdentityRow } from '../../store/rows.js';
import type { View } from '../library/library-view.js';

/** Tracks that are compared of each person, the best ones: fewer where there are many people. */
const COMPARED = 300,
  COMPARED_OF_MANY = 60,
  MANY = 20;

/**
 * The mean score of each track to the others of its person, on the scale of every score; tracks without another one to
 * compare with, or beyond the best of a person, are left out.
 */
export async function scoresOfTracks(
  library: Pick<Library, 'vectors'>,
  view: View,
  people: readonly IdentityRow[],
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const most = people.length > MANY ? COMPARED_OF_MANY : COMPARED;
  const owners = new Map<string, string>();
  for (const person of people) {
    const best = view.tracksOf(person).sort((a, b) => b.quality - a.quality);
    if (best.length > 1) for (const track of best.slice(0, most)) owners.set(track.track_id, person.identity_id);
  }
  if (owners.size === 0) return new Map();
  const tracks = new Map<string, ComparedTrack[]>();
  for (const track of tracksIn(await library.vectors({ track_ids: [...owners.keys()] }, signal))) {
    const owner = owners.get(track.track_id) ?? '';
    const own = tracks.get(owner) ?? [];
    own.push(track);
    tracks.set(owner, own);
  }
  const scores = new Map<string, number>();
  for (const own of tracks.values()) {
    for (const [id, score] of likeTheOthers(own)) scores.set(id, score);
    await nextTurn();
    signal?.throwIfAborted();
  }
  return scores;
}
