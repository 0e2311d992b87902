/** What videos there are. */
import { coverageAnswer } from '../answers/coverage.js';
import type { VideoSummary } from '../answers/video.js';
import type { Resources } from '../resources.js';
import { readView } from './library-view.js';

export interface LibraryService {
  videos(signal?: AbortSignal): Promise<VideoSummary[]>;
}

/** What is in the library. */
export function createLibraryService(resources: Resources): LibraryService {
  return {
    async videos(signal) {
      const view = await readView(await resources.library(), undefined, signal);
      return [...view.videos.values()].map((v) => ({
        video_id: v.video_id,
        source: v.source,
        duration_s: v.duration_s,
        indexed_at: v.indexed_at,
        coverage: coverageAnswer(v.coverage),
        identities_total: view.people.filter((p) => view.tracksOf(p).some((t) => t.video_id === v.video_id)).length,
      }));
    },
  };
}
