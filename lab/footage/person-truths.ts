import type { PersonTruth, Timeline } from '../measures/presence.js';
import type { Interval } from '../../src/domain/types.js';
import type { Truth } from './truth.js';

/** The truth of a set person by person across its videos (by file name), as the scoring takes it. */
export function personTruths({ videos }: Truth): { people: PersonTruth[]; ignore: Timeline } {
  const people = new Map<string, { id: string; sure: Map<string, Interval[]>; hard: Map<string, Interval[]> }>();
  for (const [video, truth] of Object.entries(videos)) {
    for (const [id, spans] of Object.entries(truth.people)) {
      const person = people.get(id) ?? { id, sure: new Map<string, Interval[]>(), hard: new Map<string, Interval[]>() };
      for (const [start_s, end_s, hard] of spans) {
        const timeline = hard ? person.hard : person.sure;
        timeline.set(video, [...(timeline.get(video) ?? []), { start_s, end_s }]);
      }
      people.set(id, person);
    }
  }
  return {
    people: [...people.values()],
    ignore: new Map(
      Object.entries(videos).map(([video, { ignore }]) => [
        video,
        ignore.map(([start_s, end_s]) => ({ start_s, end_s })),
      ]),
    ),
  };
}
