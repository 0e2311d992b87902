/** How far a run of indexing is, as it is kept so that it can be resumed. */
import { z } from 'zod';
import { intervalRecordSchema, lookRecordSchema } from '../../../store/records/coverage-record.js';
import type { WatchState } from './watch-video.js';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);
const boxSchema = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const cropSchema = z.object({ time_s: z.number(), quality: z.number(), box: boxSchema, crop: bytes });
const facesSchema = lookRecordSchema.pick({ faces_seen: true, faces_kept: true, gated: true });

const openTrackSchema = z.object({
  shot: z.number(),
  samples: z.array(z.object({ time_s: z.number(), box: boxSchema, score: z.number(), quality: z.number() })),
  crops: z.array(cropSchema),
  jumps: z.array(z.number()),
  leaps: z.array(z.object({ time_s: z.number(), isOneScene: z.boolean() })),
  profiles: z.array(cropSchema),
  vx: z.number(),
  vy: z.number(),
  recent: z.array(cropSchema),
  from_s: z.number(),
  bucket_s: z.number(),
  newest: cropSchema.extend({ look: floats, since_s: z.number() }).optional(),
  changes: z.array(z.number()),
});

const watchedTrackSchema = z.object({
  shot: z.number(),
  presence: z.array(intervalRecordSchema),
  start_s: z.number(),
  end_s: z.number(),
  samples: z.number(),
  embedded: z.number(),
  quality: z.number(),
  vector: floats,
  spread: z.number(),
  norm: z.number(),
  best_time_s: z.number(),
  boxes: z.array(z.object({ time_s: z.number(), box: boxSchema })),
  crops: z.array(bytes),
});

const watchStateSchema = z.object({
  time_s: z.number(),
  shot: z.object({ start_s: z.number(), first_s: z.number(), last_s: z.number(), leaps: z.array(z.number()) }),
  shot_index: z.number(),
  seen: facesSchema,
  tracker: z.object({ shot: z.number(), open: z.array(openTrackSchema) }),
  waiting: z.array(watchedTrackSchema),
  start_s: z.number(),
  cuts: z.array(z.number()),
}) satisfies z.ZodType<WatchState>;

/** What the ranges that are through have come to. */
const watchedSchema = facesSchema.extend({
  decoded: z.array(intervalRecordSchema),
  cuts: z.array(z.number()),
  ended_early: z.string().nullable(),
});
export type Watched = z.infer<typeof watchedSchema>;

const runStateSchema = z.object({
  v: z.literal(1),
  /** What the run does: with another task it can't be resumed. */
  task: z.string(),
  /** Ranges that are through. */
  ranges: z.number().int(),
  watched: watchedSchema,
  /** The one that was begun. */
  watch: watchStateSchema.nullable(),
});
export type RunState = z.infer<typeof runStateSchema>;

/** A run that has done nothing yet. */
export function newRunState(task: string): RunState {
  const watched = { faces_seen: 0, faces_kept: 0, gated: {}, decoded: [], cuts: [], ended_early: null };
  return { v: 1, task, ranges: 0, watched, watch: null };
}

/** @returns null for what is no state, or that of another task */
export function readRunState(state: unknown, task: string): RunState | null {
  const { data } = runStateSchema.safeParse(state);
  return data?.task === task ? data : null;
}
