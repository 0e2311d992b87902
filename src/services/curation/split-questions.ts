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

/** @param done share of the work, 0..1. @param most tracks at once */
export async function splitQuestions(
  { library, people, edits, evidence, best, signal }: Omit<Asking, 'compare'>,
  done: (share: number) => void,
  most = TRACKS,
): Promise<void> {
  const isWorth = (rank: number) => people.tracks(rank) > 1 && mostSplitGain(people.tracks(rank)) >= best.least;
  for (let from = 0, to = 0; from < people.size && isWorth(from); from = to) {
    let tracks = 0;
    do tracks += people.tracks(to++);
    while (to < people.size && isWorth(to) && tracks + people.tracks(to) <= most);
    const rows = await library.identitiesOf(people.ids(from, to), signal);
    const faces = await litFaces(
      library,
      rows.flatMap((row) => row.track_ids),
      signal,
    );
    await breathe(signal);
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
      signal,
    );
    done(to / people.size);
  }
}
