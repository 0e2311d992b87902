/** Groups faces by joining them to a real library, each as a film of its own, as a large one is joined. */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { deriveId, newId } from '../../../src/domain/ids.js';
import { joinVideos } from '../../../src/services/indexing/join-video.js';
import { joinRule, type Comparer } from '../../../src/services/grouping/group-tracks.js';
import { openLibrary } from '../../../src/store/library.js';
import type { TrackRow, VideoRow } from '../../../src/store/rows.js';
import type { PackInfo } from '../../../src/vision/pipeline.js';
import type { GroupedFace } from './group-tracks.js';

const AT = '2026-01-01T00:00:00.000Z';
const PRESENCE = { start_s: 0, end_s: 1 };

export interface JoinFaces {
  pack: PackInfo;
  compare: Comparer;
  /** Folder for the library, which goes again. */
  work: string;
  /** Tracks from which on a library is joined by a part of it; -1 for always. */
  meetFrom: number;
  signal: AbortSignal;
}

/**
 * @param order indices of the faces as they arrive, in batches that join together
 * @returns the identity of each face, in the order of `faces`
 */
export async function joinFaces(
  faces: readonly GroupedFace[],
  order: readonly (readonly number[])[],
  { pack, compare, work, meetFrom, signal }: JoinFaces,
): Promise<string[]> {
  const home = await mkdtemp(path.join(work, 'joined-'));
  const library = await openLibrary({ home, dimensions: faces[0]?.vector.length ?? 0, pack: pack.id });
  try {
    const rule = joinRule(pack.calibration, 0);
    for (const batch of order) {
      const run_id = newId('run');
      const rows = batch.flatMap((i) => {
        const face = faces[i];
        return face ? [trackOf(face, i, run_id, pack.id)] : [];
      });
      await library.write(async (writer) => {
        await writer.stageTracks(rows);
        const videos = batch.map((i) => videoOf(i, run_id, pack.id));
        await joinVideos(videos, { library, writer, rows, rule, compare, signal, meetFrom });
      }, signal);
    }
    const ids = faces.map((_, i) => trackId(i));
    const owners = await library.ownersOf(ids, signal);
    return ids.map((id) => owners.get(id) ?? id);
  } finally {
    await library.close();
    await rm(home, { recursive: true, force: true });
  }
}

const trackId = (i: number): string => deriveId('track', `face ${i}`);
const videoId = (i: number): string => deriveId('video', `face ${i}`);

function trackOf(face: GroupedFace, i: number, run_id: string, pack: string): TrackRow {
  const { vector, population_excess, quality } = face;
  return {
    track_id: trackId(i),
    video_id: videoId(i),
    run_id,
    shot: 0,
    ...PRESENCE,
    presence: [PRESENCE],
    samples: 1,
    embedded: 1,
    quality,
    population_excess,
    norm: 1,
    best_time_s: 0,
    pack,
    spread: 0,
    vector,
    boxes: [],
    crops: [],
    thumbnail: null,
  };
}

function videoOf(i: number, run_id: string, pack: string): VideoRow {
  const video_id = videoId(i),
    source = `/faces/${i}`;
  return {
    video_id,
    run_id,
    content_hash: video_id,
    source,
    title: source,
    size_bytes: 1,
    duration_s: PRESENCE.end_s,
    start_s: 0,
    width: 1,
    height: 1,
    fps: 1,
    sample_fps: 1,
    pack,
    pipeline_version: 'faces',
    range: null,
    indexed_at: AT,
    coverage: {
      v: 1,
      video_id,
      source,
      decoded: [PRESENCE],
      sample_fps: 1,
      faces_seen: 1,
      faces_kept: 1,
      gated: {},
      ended_early: null,
    },
    shots: [],
  };
}
