/** Everything that is handed over, as JSON in the words of the tools' answers. */
import { calledBy, cuesOf, type Film, frameClock, type Handover, isDoubtful } from './handover.js';
import { framesPerSecond } from './frame-rate.js';

/** @param made_by program and version */
export function jsonOf(handover: Handover, made_by: string): string {
  const people = new Map(handover.cues.flatMap((c) => c.people.map((p) => [p.identity_id, p])));
  const document = {
    made_by,
    title: handover.title,
    threshold: handover.threshold,
    people: [...people.values()].map((p) => ({
      identity_id: p.identity_id,
      name: p.name === null ? null : calledBy(p),
      ...(p.label === undefined ? {} : { label: p.label }),
    })),
    videos: handover.films.map((film) => {
      if (film.photo) return photoOf(handover, film, film.photo);
      const clock = frameClock(film);
      const { video_id, title, source, start_s, end_s, timecode, coverage } = film;
      return {
        ...{ video_id, title, source, start_s, end_s, fps: framesPerSecond(clock.rate), timecode, coverage },
        appearances: cuesOf(handover, film).map((cue) => {
          const { first, count } = clock.framesOf(cue);
          return {
            identity_ids: cue.people.map((p) => p.identity_id),
            start_s: cue.start_s,
            end_s: cue.end_s,
            first_frame: first,
            frames: count,
            score: cue.score,
            in_doubt: isDoubtful(cue, handover.threshold),
            track_ids: cue.track_ids,
          };
        }),
      };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A photo has no time: who is in it, and when it was taken. */
function photoOf(handover: Handover, film: Film, { taken_at }: { taken_at: string | null }) {
  const { video_id, title, source, coverage } = film;
  return {
    ...{ video_id, title, source, photo: true, taken_at, coverage },
    appearances: cuesOf(handover, film).map((cue) => ({
      identity_ids: cue.people.map((p) => p.identity_id),
      score: cue.score,
      in_doubt: isDoubtful(cue, handover.threshold),
      track_ids: cue.track_ids,
    })),
  };
}
