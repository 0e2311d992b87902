/** Fills a library with people who are in none of the videos: what becomes of a clip in a large archive. */
import { newId } from '../../../src/domain/ids.js';
import { openLibrary } from '../../../src/store/library.js';
import type { IdentityRow, TrackRow, VideoRow } from '../../../src/store/rows.js';
import type { PackInfo } from '../../../src/vision/pipeline.js';
import type { EvalFace } from './scored-faces.js';

/** The one video they are all in, one after another. */
export const STRANGERS = 'strangers';
/** Each picture is on screen for so long. */
const SHOWN_S = 1;
const WHEN = '2026-01-01T00:00:00.000Z';

/** Every face a track, every person an identity. Faces that indexing would gate stay out. */
export async function addStrangers(
  home: string,
  people: ReadonlyMap<string, readonly EvalFace[]>,
  pack: PackInfo,
): Promise<string> {
  const library = await openLibrary({
    home,
    dimensions: pack.dimensions,
    pack: pack.id,
    vectors: pack.fingerprint.vectors,
  });
  try {
    const video_id = newId('video'),
      run_id = newId('run');
    const rows: TrackRow[] = [],
      identities: IdentityRow[] = [];
    for (const faces of people.values()) {
      const tracks = faces
        .filter((f) => f.quality > 0)
        .map((face, k) => track(face, rows.length + k, { video_id, run_id, pack: pack.id }));
      if (tracks.length === 0) continue;
      rows.push(...tracks);
      identities.push({
        identity_id: newId('identity'),
        name: null,
        track_ids: tracks.map((t) => t.track_id),
        merged_into: null,
        split_from: null,
        created_at: WHEN,
        updated_at: WHEN,
      });
    }
    await library.write(async (writer) => {
      await writer.stageTracks(rows);
      await writer.putIdentities(identities);
      await writer.commitVideo(video(rows.length, { video_id, run_id, pack: pack.id }));
    });
    return video_id;
  } finally {
    await library.close();
  }
}

type Of = Pick<TrackRow, 'video_id' | 'run_id' | 'pack'>;

function track({ vector, population_excess, norm, quality }: EvalFace, nth: number, of: Of): TrackRow {
  const start_s = nth * SHOWN_S,
    end_s = start_s + SHOWN_S;
  return {
    ...of,
    track_id: newId('track'),
    shot: nth,
    start_s,
    end_s,
    presence: [{ start_s, end_s }],
    samples: 1,
    embedded: 1,
    best_time_s: start_s,
    vector,
    population_excess,
    norm,
    quality,
    spread: 0,
    boxes: [],
    crops: [],
    thumbnail: null,
  };
}

function video(tracks: number, of: Of): VideoRow {
  const duration_s = tracks * SHOWN_S;
  return {
    ...of,
    content_hash: STRANGERS,
    source: STRANGERS,
    title: STRANGERS,
    size_bytes: 0,
    duration_s,
    start_s: 0,
    width: 250,
    height: 250,
    fps: 1,
    sample_fps: 1,
    pipeline_version: '',
    range: null,
    indexed_at: WHEN,
    shots: [],
    coverage: {
      v: 1,
      video_id: of.video_id,
      source: STRANGERS,
      decoded: [{ start_s: 0, end_s: duration_s }],
      sample_fps: 1,
      faces_seen: tracks,
      faces_kept: tracks,
      gated: {},
      ended_early: null,
    },
  };
}
