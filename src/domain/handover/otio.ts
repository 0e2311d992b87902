/**
 * OpenTimelineIO's JSON (https://opentimelineio.readthedocs.io, schema versions of 0.15 and later): one video track
 * with the films one after another, each a clip with a marker for each cue, in frames of the film.
 */
import { framesPerSecond } from './frame-rate.js';
import {
  calledAll,
  type Cue,
  cuesOf,
  type Film,
  type FrameClock,
  frameClock,
  type Handover,
  isDoubtful,
} from './handover.js';
import { colourOf, type MarkerColour } from './marker-colours.js';

/** @param urlOf where the media of a film lies: a file URL or an address */
export function otioOf(handover: Handover, urlOf: (film: Film) => string): string {
  const colour = colourOf(handover);
  const timeline = {
    OTIO_SCHEMA: 'Timeline.1',
    metadata: { rollcall: { threshold: handover.threshold } },
    name: handover.title,
    global_start_time: null,
    tracks: item('Stack.1', 'tracks', {
      children: [
        item('Track.1', 'films', {
          kind: 'Video',
          children: handover.films.map((film) => clipOf(film, handover, urlOf(film), colour)),
        }),
      ],
    }),
  };
  return `${JSON.stringify(timeline, null, 2)}\n`;
}

function item(schema: string, name: string, fields: object): object {
  return {
    OTIO_SCHEMA: schema,
    metadata: {},
    name,
    source_range: null,
    effects: [],
    markers: [],
    enabled: true,
    ...fields,
  };
}

function clipOf(
  film: Film,
  handover: Handover,
  target_url: string,
  colour: (identity_id: string | undefined) => MarkerColour,
): object {
  const clock = frameClock(film);
  const whole = rangeOf({ first: 0, count: clock.frames }, clock);
  return item('Clip.2', film.title, {
    metadata: { rollcall: { video_id: film.video_id, coverage: film.coverage } },
    source_range: whole,
    markers: cuesOf(handover, film).map((cue) => markerOf(cue, clock, handover, colour)),
    media_references: {
      DEFAULT_MEDIA: {
        OTIO_SCHEMA: 'ExternalReference.1',
        metadata: {},
        name: film.title,
        available_range: whole,
        available_image_bounds: null,
        target_url,
      },
    },
    active_media_reference_key: 'DEFAULT_MEDIA',
  });
}

function markerOf(
  cue: Cue,
  clock: FrameClock,
  { threshold }: Handover,
  colour: (identity_id: string | undefined) => MarkerColour,
): object {
  return {
    OTIO_SCHEMA: 'Marker.2',
    metadata: {
      rollcall: {
        identity_ids: cue.people.map((p) => p.identity_id),
        start_s: cue.start_s,
        end_s: cue.end_s,
        score: cue.score,
        in_doubt: isDoubtful(cue, threshold),
        track_ids: cue.track_ids,
      },
    },
    name: calledAll(cue.people),
    comment: '',
    color: colour(cue.people[0]?.identity_id).otio,
    marked_range: rangeOf(clock.framesOf(cue), clock),
  };
}

function rangeOf({ first, count }: { first: number; count: number }, { rate, start }: FrameClock): object {
  const time = (value: number): object => ({ OTIO_SCHEMA: 'RationalTime.1', rate: framesPerSecond(rate), value });
  return { OTIO_SCHEMA: 'TimeRange.1', duration: time(count), start_time: time(start + first) };
}
