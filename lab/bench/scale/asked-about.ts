/** Whom and what a library of made-up films is asked about. */
import { identityOf } from '../../scale/make-library.js';
import { MadeFilms } from '../../scale/made-films.js';

/** Films from all over the library, and of each somebody who is in it: those seen often more often than others. */
export function askedAbout(films: number, times: number): { films: string[]; people: string[] } {
  const made = new MadeFilms({ seed: 1, pack: '', films, crop: new Uint8Array() });
  const some = Array.from({ length: times + 1 }, (_, k) => made.film((k * 37) % films, ''));
  return {
    films: some.map(({ video }) => video.video_id),
    people: some.flatMap(({ people }) => [...people.values()].slice(0, 1).map(identityOf)),
  };
}
