/**
 * Writes a library of made-up films through the store; who is who is known, so nothing is grouped. Films come in few
 * large writes and people in one after them, by when upkeep has made the indexes that they are looked up by: the time
 * it takes grows about as the tracks do.
 */
import { deriveId, newId } from '../../src/domain/ids.js';
import type { Library, Writer } from '../../src/store/api.js';
import type { IdentityRow } from '../../src/store/rows.js';
import type { MadeFilm, MadeFilms } from './made-films.js';

/** Films that are staged together, and those of one write. */
const FILMS = 50,
  WRITE = 40 * FILMS;

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
  const writeFilms = async (writer: Writer, from: number, to: number): Promise<void> => {
    const run_id = newId('run');
    const some = Array.from({ length: to - from }, (_, k) => made.film(from + k, run_id));
    for (const film of some) tracks += addTracks(film, people);
    await writer.stageTracks(some.flatMap((film) => film.tracks));
    await writer.commitVideos(some.map((film) => film.video));
    // Its table is in memory, in part, until it goes.
    await writer.dropRun(run_id);
    onProgress(to);
  };
  for (let first = 0; first < films; first += WRITE)
    await library.write(async (writer) => {
      const end = Math.min(films, first + WRITE);
      for (let from = first; from < end; from += FILMS) await writeFilms(writer, from, Math.min(end, from + FILMS));
    });
  const rows = [...people].map(([person, track_ids]) => identity(person, track_ids));
  await library.write((writer) => writer.putIdentities(rows));
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
