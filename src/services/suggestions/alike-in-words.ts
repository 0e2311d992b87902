/** Who goes on where two may be one, and which of their faces show it best: read of the best questions alone. */
import { chunks } from '../../domain/chunks.js';
import type { Suggestion } from '../answers/suggestions.js';
import type { GroupedTrack } from '../grouping/group-tracks.js';
import { likest } from '../people/likeness.js';
import { litFaces } from '../people/library-tracks.js';
import type { AlikeQuestion, Asking } from './asking.js';
import { mergeWords, type Side } from './question-words.js';

/** Questions whose faces are read at once. */
const QUESTIONS = 50;

interface Someone extends Side {
  faces: GroupedTrack[];
  /** Who has a name, or is of an edit, goes on; among equals the older. */
  rank: number;
  age: number;
}

export class AlikeInWords {
  /** Those that are said may be asked for again. */
  readonly #said = new WeakMap<AlikeQuestion, Suggestion>();

  constructor(private readonly asking: Pick<Asking, 'library' | 'people' | 'edits' | 'best'>) {}

  /** All that was found by now, in the order it has. */
  async of(signal?: AbortSignal): Promise<Suggestion[]> {
    const all = this.asking.best.all();
    await this.#say(
      all.filter((question) => question.kind === 'alike').filter((question) => !this.#said.has(question)),
      signal,
    );
    return all
      .flatMap((question) => (question.kind === 'alike' ? (this.#said.get(question) ?? []) : question))
      .sort((a, b) => b.gain - a.gain || (a.identity_ids.join() < b.identity_ids.join() ? -1 : 1));
  }

  async #say(alike: readonly AlikeQuestion[], signal: AbortSignal | undefined): Promise<void> {
    const { library, people, edits } = this.asking;
    const ids = [...new Set(alike.flatMap((q) => q.identity_ids))];
    const rows = new Map(
      (await library.identitiesOf(ids, signal)).map((row, age) => [row.identity_id, { row, age }] as const),
    );
    const seconds = people.secondsOf(new Set(ids));
    for (const some of chunks(alike, QUESTIONS)) {
      const read = await litFaces(library, [...new Set(some.flatMap((q) => q.faces.flat()))], signal);
      const byId = new Map(read.map((t) => [t.track_id, t]));
      for (const question of some) {
        const two = question.identity_ids.flatMap((id, k): Someone[] => {
          const found = rows.get(id);
          if (!found) return [];
          const { row, age } = found;
          const rank = row.name !== null ? 2 : edits.names.has(id) ? 1 : 0;
          const faces = (question.faces[k] ?? []).flatMap((t) => byId.get(t) ?? []);
          return [{ row, age, rank, faces, tracks: question.tracks[k] ?? 0, seconds: seconds.get(id) ?? 0 }];
        });
        const [into, from] = two.sort((a, b) => b.rank - a.rank || b.tracks - a.tracks || a.age - b.age);
        if (into && from)
          this.#said.set(question, mergeWords(into, from, question, likest(into.faces, from.faces), people.inPhotos));
      }
    }
  }
}
