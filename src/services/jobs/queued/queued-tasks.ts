/** What a job comes to in a queue that workers share: tasks, each small enough to be done again. */
import { z } from 'zod';
import { isPictureName } from '../../../domain/photos.js';
import type { QueuedTask } from '../../../queue/open-queue.js';
import { PHOTOS_AT_ONCE } from '../../indexing/photos/index-photos.js';

const index = z.number().int().min(0);

const taskSchema = z.intersection(
  z.object({ job_id: z.string() }),
  z.discriminatedUnion('kind', [
    /** Finds out which files there are; does jobs of other kinds whole. */
    z.object({ kind: z.literal('plan') }),
    /** Looks at a film's key frames. */
    z.object({ kind: z.literal('glance'), file: index }),
    z.object({ kind: z.literal('film'), file: index }),
    /** A part of a film that is long. */
    z.object({ kind: z.literal('part'), file: index, part: index }),
    /** Photos from one to before another. */
    z.object({ kind: z.literal('photos'), file: index, to: index }),
  ]),
);
export type Task = z.infer<typeof taskSchema>;

/** @returns undefined for what another version queued */
export function readTask(data: unknown): Task | undefined {
  return taskSchema.safeParse(data).data;
}

/** Names a task among those of its job. */
export function nameOfTask(task: Task): string {
  if (task.kind === 'plan') return 'plan';
  return task.kind === 'part' ? `part-${task.file}-${task.part}` : `${task.kind}-${task.file}`;
}

/** Names of files are not in it: they lie in the job's record alone, from where they can be forgotten. */
export function queued(task: Task): QueuedTask {
  return { id: `${task.job_id}-${nameOfTask(task)}`, data: task };
}

/** The files of a folder in the order in which they are done: photos first, as in one process. */
export function inOrder(sources: readonly string[]): string[] {
  // What lies by itself is looked at for what it is, whatever its name.
  if (sources.length === 1) return [...sources];
  return [...sources.filter(isPictureName), ...sources.filter((source) => !isPictureName(source))];
}

/**
 * All that is to be done of files in order, null for one that was forgotten. @param quick glances at all films come
 * first
 */
export function tasksOf(job_id: string, sources: readonly (string | null)[], quick: boolean): Task[] {
  const photos = sources.length === 1 ? 0 : sources.findLastIndex((s) => s !== null && isPictureName(s)) + 1;
  const films = sources.map((_, file) => file).slice(photos);
  return [
    ...Array.from({ length: Math.ceil(photos / PHOTOS_AT_ONCE) }, (_, i) => ({
      job_id,
      kind: 'photos' as const,
      file: i * PHOTOS_AT_ONCE,
      to: Math.min(photos, (i + 1) * PHOTOS_AT_ONCE),
    })),
    ...(quick ? films.map((file) => ({ job_id, kind: 'glance' as const, file })) : []),
    ...films.map((file) => ({ job_id, kind: 'film' as const, file })),
  ];
}
