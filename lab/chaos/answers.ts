/** What a library says of its films, in a form that two libraries can be compared by: without ids and numbers. */
import { z } from 'zod';
import type { Server } from '../demo/server.js';

const identitiesSchema = z.object({
  identities: z.array(
    z.object({
      tracks: z.number(),
      appearances: z.array(z.object({ video_id: z.string(), start_s: z.number(), end_s: z.number() })),
    }),
  ),
  coverage: z.array(
    z.object({ video_id: z.string(), decoded: z.unknown(), faces_seen: z.number(), faces_kept: z.number() }),
  ),
});
const videosSchema = z.object({ videos: z.array(z.object({ video_id: z.string(), source: z.string() })) });

export interface Answers {
  /** Every film that is in it, by its name: twice where it is there twice. */
  films: string[];
  /** Of everybody the number of tracks, and when they are in which film. */
  people: string[];
  coverage: string[];
}

export async function answersOf(server: Server): Promise<Answers> {
  const pages = await server.pages('library', { what: 'videos' }, videosSchema);
  const videos = pages.flatMap((page) => page.videos);
  const nameOf = (video_id: string): string =>
    videos.find((video) => video.video_id === video_id)?.source.replace(/.*\//, '') ?? '?';
  const all = await server.pages('list_identities', { max_appearances: 50 }, identitiesSchema);
  const coverage = new Map(all.flatMap((page) => page.coverage.map((one) => [one.video_id, one] as const)));
  return {
    films: videos.map(({ video_id }) => nameOf(video_id)).sort(),
    people: all
      .flatMap((page) => page.identities)
      .map(({ tracks, appearances }) => {
        const when = appearances.map(({ video_id, start_s, end_s }) => [nameOf(video_id), start_s, end_s]);
        return JSON.stringify([tracks, when.sort((a, b) => (String(a) < String(b) ? -1 : 1))]);
      })
      .sort(),
    coverage: [...coverage.values()]
      .map(({ video_id, decoded, faces_seen, faces_kept }) =>
        JSON.stringify([nameOf(video_id), decoded, faces_seen, faces_kept]),
      )
      .sort(),
  };
}
