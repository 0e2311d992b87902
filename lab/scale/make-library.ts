/** Writes a library of made-up films through the store, many at once; who is who is known, so nothing is grouped. */
import { deriveId, newId } from '../../src/domain/ids.js';
import type { Library } from '../../src/store/api.js';
import type { IdentityRow } from '../../src/store/rows.js';
import type { MadeFilm, MadeFilms } from './made-films.js';

/** Films of one commit. */
const FILMS = 50;

export interface Made {
  films: number;
  tracks: number;
  people: number;
}

/** @param films how many. @param onProgress told how many are written */
export async function makeLibrary(
  library: Library,
  made: MadeFilms,
  films: number,
  onProgress: (films: number) => void,
): Promise<Made> {
  const people = new Map<number, string[]>();
  const tracks = await writeFilms(library, made, { from: 0, to: films }, people, onProgress);
  return { films, tracks, people: people.size };
}

/**
 * Some of them.
 * @param films of those of `made`. @param people their tracks so far, which grow by those of these films
 * @param onProgress told how many are written
 * @returns tracks that were written
 */
export async function writeFilms(
  library: Library,
  made: MadeFilms,
  films: { from: number; to: number },
  people: Map<number, string[]>,
  onProgress: (films: number) => void,
): Promise<number> {
  let tracks = 0;
  for (let from = films.from; from < films.to; from += FILMS) {
    const run_id = newId('run');
    const some = Array.from({ length: Math.min(FILMS, films.to - from) }, (_, k) => made.film(from + k, run_id));
    const seen = new Set<number>();
    for (const film of some) {
      tracks += addTracks(film, people);
      for (const person of film.people.values()) seen.add(person);
    }
    await library.write(async (writer) => {
      await writer.stageTracks(some.flatMap((film) => film.tracks));
      await writer.commitVideos(some.map((film) => film.video));
      await writer.putIdentities([...seen].map((person) => identity(person, people.get(person) ?? [])));
    });
    onProgress(from + some.length);
  }
  return tracks;
}

/** Gives people the tracks of a film. @returns how many */
export function addTracks(film: Pick<MadeFilm, 'people'>, people: Map<number, string[]>): number {
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
