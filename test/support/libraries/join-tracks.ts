/** Videos of made-up tracks in a real library. */
import { expect } from 'vitest';
import { newId } from '../../../src/domain/ids.js';
import { joinVideo } from '../../../src/services/indexing/join-video.js';
import type { Library } from '../../../src/store/api.js';
import { makeTrack, makeVideo } from '../../store/rows.js';
import type { comparing } from './grouping.js';
import type { SyntheticTrack } from '../../../lab/faces/synthetic-tracks.js';

/** One run of indexing, from where the tracks are made. */
export async function joinTracks(
  library: Library,
  tracks: readonly SyntheticTrack[],
  using: ReturnType<typeof comparing>,
  /** See Joining. */
  meetFrom?: number,
): Promise<void> {
  const video_id = tracks[0]?.video_id ?? expect.unreachable(),
    run_id = newId('run');
  const rows = tracks.map(({ person: _, ...track }) =>
    makeTrack(video_id, run_id, { ...track, presence: [...track.presence] }),
  );
  await library.stageTracks(rows);
  await library.write((writer) =>
    joinVideo(makeVideo(video_id, run_id), [], {
      library,
      writer,
      rows,
      rule: using.rule(),
      compare: using.pipeline(),
      meetFrom,
    }),
  );
}
