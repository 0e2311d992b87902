/** What is said of a video that is in the library. */
import { RollcallError } from '../../domain/errors/errors.js';
import type { CoverageRecord } from '../../store/records/coverage-record.js';
import type { VideoRow } from '../../store/rows.js';
import { coverageAnswer } from '../answers/coverage.js';
import type { VideoAnswer } from '../answers/video.js';
import { describeIdentity } from '../library/people-view.js';
import type { Resources } from '../resources.js';

/** What came of indexing a video. Who is in it is asked of the library, by describeVideo. */
export interface IndexedVideo {
  video_id: string;
  /** Seconds. */
  duration_s: number;
  /** The same content was indexed before as finely; nothing was done. */
  already_indexed: boolean;
  identities_total: number;
  coverage: CoverageRecord;
  warnings: string[];
}

/** The video as indexing answers it. @throws RollcallError unknown_id */
export async function indexed(
  resources: Pick<Resources, 'view'>,
  video_id: string,
  already_indexed: boolean,
  warnings: string[],
  signal?: AbortSignal,
): Promise<IndexedVideo> {
  return (await describer(resources, [video_id], signal))({ video_id, already_indexed, warnings });
}

/** Tells of several videos as indexing answers them, from one look at the library. @throws RollcallError unknown_id */
export async function describer(
  resources: Pick<Resources, 'view'>,
  video_ids: readonly string[],
  signal?: AbortSignal,
): Promise<(told: Pick<IndexedVideo, 'video_id' | 'already_indexed' | 'warnings'>) => IndexedVideo> {
  const view = await resources.view([...new Set(video_ids)], signal);
  const people = new Map<string, number>();
  for (const person of view.people)
    for (const id of new Set(view.tracksOf(person).map((t) => t.video_id))) people.set(id, (people.get(id) ?? 0) + 1);
  return ({ video_id, already_indexed, warnings }) => {
    const { duration_s, coverage } = videoOf(view.videos, video_id);
    return {
      ...{ video_id, duration_s, already_indexed, coverage },
      identities_total: people.get(video_id) ?? 0,
      warnings: [...warnings, ...troubles(coverage)],
    };
  };
}

/** Who is in a video. @throws RollcallError unknown_id */
export async function describeVideo(
  resources: Pick<Resources, 'view' | 'certainty'>,
  video_id: string,
  signal?: AbortSignal,
): Promise<VideoAnswer> {
  const view = await resources.view([video_id], signal);
  const video = videoOf(view.videos, video_id);
  const sure = await resources.certainty(
    view.state,
    view.people.map((p) => p.identity_id),
  );
  const identities = view.people
    .map((p) => ({ ...describeIdentity(view, p), ...sure(p.identity_id) }))
    .sort((a, b) => b.seconds_on_screen - a.seconds_on_screen);
  return {
    video_id,
    title: video.title,
    source: video.source,
    duration_s: video.duration_s,
    already_indexed: false,
    identities,
    identities_total: identities.length,
    coverage: [coverageAnswer(video.coverage)],
    warnings: troubles(video.coverage),
  };
}

/** What went wrong when the video was indexed, or may have been missed, in words. */
function troubles({ ended_early, notes = [], merge_refused }: CoverageRecord): string[] {
  return [
    ...(ended_early === null ? [] : [ended_early]),
    ...notes,
    ...(merge_refused === undefined
      ? []
      : [
          `The faces in this video would have made one person of ${merge_refused} who are in the library. That looks like a mistake, so nobody was merged; look whether something makes everyone in the video look alike.`,
        ]),
  ];
}

function videoOf(videos: ReadonlyMap<string, VideoRow>, video_id: string): VideoRow {
  const video = videos.get(video_id);
  if (!video)
    throw new RollcallError(
      'unknown_id',
      `There is no video ${video_id} in the library.`,
      'Index it with {index_video}.',
    );
  return video;
}
