/**
 * OpenTimelineIO's JSON as its documents describe it (otio-serialized-schema-only-fields, 0.15 to 0.17), for what an
 * export has of it: npm and Debian have no reader.
 */
import { z } from 'zod';

const time = z.strictObject({
  OTIO_SCHEMA: z.literal('RationalTime.1'),
  rate: z.number().positive(),
  value: z.number(),
});
const range = z.strictObject({ OTIO_SCHEMA: z.literal('TimeRange.1'), duration: time, start_time: time });
const named = { metadata: z.record(z.string(), z.unknown()), name: z.string() };
const marker = z.strictObject({
  OTIO_SCHEMA: z.literal('Marker.2'),
  ...named,
  color: z.enum(['PINK', 'RED', 'ORANGE', 'YELLOW', 'GREEN', 'CYAN', 'BLUE', 'PURPLE', 'MAGENTA', 'BLACK', 'WHITE']),
  comment: z.string(),
  marked_range: range,
});
const item = {
  ...named,
  source_range: range.nullable(),
  effects: z.array(z.never()),
  markers: z.array(marker),
  enabled: z.boolean(),
};
const external = z.strictObject({
  OTIO_SCHEMA: z.literal('ExternalReference.1'),
  ...named,
  available_range: range,
  available_image_bounds: z.null(),
  target_url: z.url(),
});
const clip = z.strictObject({
  OTIO_SCHEMA: z.literal('Clip.2'),
  ...item,
  media_references: z.record(z.string(), external),
  active_media_reference_key: z.string(),
});
const track = z.strictObject({
  OTIO_SCHEMA: z.literal('Track.1'),
  ...item,
  children: z.array(clip),
  kind: z.enum(['Video', 'Audio']),
});
const stack = z.strictObject({ OTIO_SCHEMA: z.literal('Stack.1'), ...item, children: z.array(track) });
export const otioTimeline = z.strictObject({
  OTIO_SCHEMA: z.literal('Timeline.1'),
  ...named,
  global_start_time: time.nullable(),
  tracks: stack,
});
