/**
 * Who may be two people: those of most tracks first, as many at a time as bounds memory, and nobody who has too few for
 * a question about them to be among the best.
 */
import { isHeld } from '../../domain/edits/edits.js';
import { LEAST_CHANCE, mostSplitGain, splitQuestion } from '../../domain/people/suggestions.js';
import { breathe, breathing } from '../people/breathing.js';
import { litFaces } from '../people/library-tracks.js';
import type { Asking } from './asking.js';
import { splitWords } from './question-words.js';

/** Tracks whose vectors are in memory at once; somebody of more is looked at alone. */
const TRACKS = 4096;

export class SplitQuestions {
  /** Rank of the next. */
  #next = 0;
  /** Rank from which on, as far as is known, nobody has tracks enough. */
  #end: number;

  /** @param tracks at once */
  constructor(
    private readonly asking: Pick<Asking, 'library' | 'people' | 'edits' | 'evidence' | 'best'>,
    private readonly tracks = TRACKS,
  ) {
    this.#end = asking.people.size;
  }

  /** What a question about those to come gains at most; 0 when all that matter were looked at. */
  get most(): number {
    return this.#isWorth(this.#next) ? mostSplitGain(this.asking.people.tracks(this.#next)) : 0;
  }

  /** How many were looked at. */
  get looked(): number {
    return this.#next;
  }

  /** How many those are with all who have tracks enough by now. */
  get worth(): number {
    while (this.#end > this.#next && !this.#isWorth(this.#end - 1)) this.#end--;
    return this.#end;
  }

  /** Looks at some more. */
  async next(): Promise<void> {
    const { library, people, edits, evidence, best } = this.asking;
    const from = this.#next;
    let to = from,
      tracks = 0;
    do tracks += people.tracks(to++);
    while (this.#isWorth(to) && tracks + people.tracks(to) <= this.tracks);
    const rows = await library.identitiesOf(people.ids(from, to));
    const faces = await litFaces(
      library,
      rows.flatMap((row) => row.track_ids),
    );
    await breathe();
    const byId = new Map(faces.map((t) => [t.track_id, t]));
    await breathing(
      (function* () {
        for (const row of rows) {
          const own = row.track_ids.flatMap((t) => byId.get(t) ?? []);
          const split = yield* splitQuestion(own, evidence);
          yield;
          if (!split || split.chance < LEAST_CHANCE) continue;
          const part = split.part.flatMap((t) => own[t] ?? []);
          if (!part.every((t) => isHeld(edits.homes.get(t.track_id)))) best.add(splitWords(row, own, part, split));
        }
      })(),
    );
    this.#next = to;
  }

  #isWorth(rank: number): boolean {
    const { people, best } = this.asking;
    const tracks = rank < people.size ? people.tracks(rank) : 0;
    return tracks > 1 && mostSplitGain(tracks) >= best.least;
  }
}
