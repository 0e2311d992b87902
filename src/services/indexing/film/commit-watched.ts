/** Puts what was watched of a video into the library, with what stays of earlier looks at it. */
import { overlapOf } from '../../../domain/people/co-visibility.js';
import type { Interval } from '../../../domain/types.js';
import type { Library, StagedTrack } from '../../../store/api.js';
import type { LookRecord } from '../../../store/records/coverage-record.js';
import { joinRule } from '../../grouping/group-tracks.js';
import type { Resources } from '../../resources.js';
import { keptTracks } from './earlier-tracks.js';
import { joinVideo } from '../join-video.js';
import { addLook, looksOf } from '../looked-at.js';
import { type VideoFile, videoRow } from './video-rows.js';

/** Puts what was watched into the library, with what stays of earlier looks at the video. */
export async function commitWatched(
  video: VideoFile,
  { look: fresh, cuts, tracks }: { look: LookRecord; cuts: readonly number[]; tracks: readonly StagedTrack[] },
  { library, resources, signal }: { library: Library; resources: Resources; signal: AbortSignal },
): Promise<void> {
  const rule = joinRule(await resources.calibration(), overlapOf([fresh]), resources.settings);
  const pipeline = await resources.pipeline();
  const { tracer } = resources,
    facts = { video_id: video.video_id, tracks: tracks.length };
  // From waiting for its turn to being seen by all.
  await tracer.span('commit', facts, () =>
    library.write(async (writer) => {
      const before = await library.video(video.video_id, signal);
      const kept = before ? keptTracks(await library.tracks({ video_ids: [video.video_id] }, signal), fresh.asked) : [];
      const shots = [...(before?.shots.filter((c) => !isInside(c, fresh.asked)) ?? []), ...cuts].sort((a, b) => a - b);
      const row = videoRow(video, addLook(before ? looksOf(before) : [], fresh), [...new Set(shots)]);
      const joining = { library, writer, rows: tracks, rule, compare: pipeline, signal };
      await tracer.span('join', facts, () => joinVideo(row, kept, joining));
    }, signal),
  );
}

/** A boundary where a range begins was seen by the look at what lies before. */
function isInside(time_s: number, ranges: readonly Interval[]): boolean {
  return ranges.some(({ start_s, end_s }) => time_s > start_s && time_s < end_s);
}
