/**
 * Writes a library of made-up films through the store; who is who is known, so nothing is grouped. A new one is one
 * write, so that what is derived is derived once: the time it takes grows as its tracks do.
 */
import { deriveId, newId } from '../../src/domain/ids.js';
import type { Library } from '../../src/store/api.js';
import type { IdentityRow } from '../../src/store/rows.js';
import type { MadeFilm, MadeFilms } from './made-films.js';

/** Films that are staged together. */
const FILMS = 50;

export interface Made {
  films: number;
  tracks: number;
  people: number;
}

/** @param library a new one. @param films how many. @param onProgress told how many are staged */
export async function makeLibrary(
  library: Library,
  made: MadeFilms,
  films: number,
  onProgress: (films: number) => void,
): Promise<Made> {
  const people = new Map<number, string[]>();
  let tracks = 0;
  await library.write(async (writer) => {
    for (let from = 0; from < films; from += FILMS) {
      const run_id = newId('run');
      const some = Array.from({ length: Math.min(FILMS, films - from) }, (_, k) => made.film(from + k, run_id));
      for (const film of some) tracks += addTracks(film, people);
      await writer.stageTracks(some.flatMap((film) => film.tracks));
      await writer.commitVideos(some.map((film) => film.video));
      // Its table is in memory, in part, until it goes.
      await writer.dropRun(run_id);
      onProgress(from + some.length);
    }
    await writer.putIdentities([...people].map(([person, track_ids]) => identity(person, track_ids)));
  });
  return { films, tracks, people: people.size };
}

/** Gives people the tracks of a film. @returns how many */
function addTracks(film: MadeFilm, people: Map<number, string[]>): number {
  for (const [track_id, person] of film.people) {
    const own = people.get(person);
    if (own) own.push(track_id);
    else people.set(person, [track_id]);
  }
  return film.people.size;
}

function identity(person: number, track_ids: readonly string[]): IdentityRow {
  const at = new Date(Date.UTC(2026, 0, 1)).toISOString();
  return {
    identity_id: identityOf(person),
    name: null,
    track_ids: track_ids.toSorted(),
    merged_into: null,
    split_from: null,
    created_at: at,
    updated_at: at,
  };
}

/** The id of somebody made up. */
export function identityOf(person: number): string {
  return deriveId('identity', `made ${person}`);
}
