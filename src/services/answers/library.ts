/** What there is in the library, as answers say it. */
import { z } from 'zod';
import { EDIT_ACTIONS } from '../../domain/edits/edit-log.js';

/** One video of the library. */
export const libraryVideoSchema = z.object({
  video_id: z.string(),
  title: z.string(),
  source: z.string().describe('path or URL'),
  duration_s: z.number(),
  photo: z.literal(true).optional().describe('a photo: no time, one look'),
  taken_at: z.string().optional().describe("EXIF date of a photo, by the camera's clock"),
  indexed_at: z.string().describe('ISO 8601, UTC'),
  looked_at_s: z.number().describe('seconds that were looked at'),
  sample_fps: z.number(),
  faces_seen: z.number().int(),
  faces_kept: z.number().int(),
  ended_early: z.string().nullable().describe('why not all was looked at, if so'),
  notes: z.array(z.string()).optional().describe('why faces may have been missed in what was looked at'),
  people: z.number().int(),
  seconds_on_screen: z.number().describe('with anybody known on screen'),
  names: z.array(z.string()).describe('of those who have one, at most 10'),
  pack: z.string(),
});
export type LibraryVideo = z.infer<typeof libraryVideoSchema>;

/** One edit of the log. */
export const loggedEditSchema = z.object({
  edit_id: z.string(),
  seq: z.number().int(),
  action: z.enum(EDIT_ACTIONS),
  by: z.string().describe('the client'),
  at: z.string().describe('ISO 8601, UTC'),
  why: z.string().nullable(),
  changed: z.string().describe('in words'),
  identity_ids: z.array(z.string()),
  undone_by: z.string().nullable().describe('edit_id of the undo that took it back'),
});
export type LoggedEditAnswer = z.infer<typeof loggedEditSchema>;

export const libraryStateSchema = z.object({
  home: z.string(),
  bytes: z.number().int().describe('on disk, without the cache'),
  videos: z.number().int(),
  photos: z.number().int().optional().describe('beside the videos'),
  duration_s: z.number(),
  looked_at_s: z.number(),
  people: z.number().int(),
  named: z.number().int(),
  ignored: z.number().int(),
  tracks: z.number().int(),
  pack: z.string(),
  calibration: z.object({
    calibration_id: z.string().nullable().describe("null: the pack's own"),
    set: z.string(),
    operating_point: z
      .string()
      .nullable()
      .describe('decides every question; null: even for 1:1, balanced for searches'),
  }),
  edits: z.number().int().describe('in the log'),
  edits_in_force: z.number().int(),
  last_edits: z.array(loggedEditSchema).describe('newest first'),
});
export type LibraryState = z.infer<typeof libraryStateSchema>;
