/** What people call the videos that an answer speaks of. */
import { z } from 'zod';

/** Title of each video, by id: its file's name. */
export type Titles = ReadonlyMap<string, string>;

/** The videos that a page of an answer mentions. */
export const videosShape = {
  videos: z
    .array(z.object({ video_id: z.string(), title: z.string() }))
    .describe('the videos that this page mentions, by name'),
} as const;

/** Once each, in the order in which they are mentioned. */
export function videosMentioned(titles: Titles, video_ids: Iterable<string>): { video_id: string; title: string }[] {
  return [...new Set(video_ids)].map((video_id) => ({ video_id, title: titles.get(video_id) ?? video_id }));
}
