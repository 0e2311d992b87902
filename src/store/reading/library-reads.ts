/** The reads of a library: each of the state that it has at that moment. */
import type { Cohesion } from '../../domain/people/like-others.js';
import type {
  MeansBlock,
  Neighbour,
  Page,
  PeopleFilter,
  Reader,
  SeenFilter,
  SeenTimes,
  SeenTotals,
  TrackFace,
  TrackFilter,
  VectorBlock,
} from '../api.js';
import type {
  CalibrationRow,
  EditRow,
  IdentityRow,
  PersonRow,
  ReferenceRow,
  SeenRow,
  TrackBox,
  TrackPictures,
  TrackSummary,
  VideoRow,
} from '../rows.js';
import type { Snapshot } from './snapshot.js';

/** Reads, by whatever says what the state is. */
export abstract class LibraryReads implements Reader {
  protected abstract read<T>(query: (snapshot: Snapshot) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;

  videos(signal?: AbortSignal): Promise<VideoRow[]> {
    return this.read((s) => s.videos(signal), signal);
  }

  video(video_id: string, signal?: AbortSignal): Promise<VideoRow | null> {
    return this.read((s) => s.video(video_id, signal), signal);
  }

  videosOf(video_ids: readonly string[], signal?: AbortSignal): Promise<VideoRow[]> {
    return this.read((s) => s.videosOf(video_ids, signal), signal);
  }

  videoByHash(content_hash: string, signal?: AbortSignal): Promise<VideoRow | null> {
    return this.read((s) => s.videoByHash(content_hash, signal), signal);
  }

  tracks(filter?: TrackFilter, signal?: AbortSignal): Promise<TrackSummary[]> {
    return this.read((s) => s.tracks(filter, signal), signal);
  }

  trackIdsFrom(start: string, signal?: AbortSignal): Promise<string[]> {
    return this.read((s) => s.trackIdsFrom(start, signal), signal);
  }

  vectors(filter?: TrackFilter, signal?: AbortSignal): Promise<VectorBlock> {
    return this.read((s) => s.vectors(filter, signal), signal);
  }

  faces(track_ids: readonly string[], signal?: AbortSignal): Promise<TrackFace[]> {
    return this.read((s) => s.faces(track_ids, signal), signal);
  }

  facesOfAll(signal?: AbortSignal): Promise<TrackFace[]> {
    return this.read((s) => s.facesOfAll(signal), signal);
  }

  qualityOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.read((s) => s.qualityOf(track_ids, signal), signal);
  }

  pictures(track_id: string, signal?: AbortSignal): Promise<TrackPictures> {
    return this.read((s) => s.pictures(track_id, signal), signal);
  }

  bestCrops(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.read((s) => s.bestCrops(track_ids, signal), signal);
  }

  boxes(track_id: string, signal?: AbortSignal): Promise<TrackBox[]> {
    return this.read((s) => s.boxes(track_id, signal), signal);
  }

  boxesIn(video_ids: readonly string[], signal?: AbortSignal): Promise<Map<string, TrackBox[]>> {
    return this.read((s) => s.boxesIn(video_ids, signal), signal);
  }

  nearest(vector: Float32Array, limit: number, filter?: TrackFilter, signal?: AbortSignal): Promise<Neighbour[]> {
    return this.read((s) => s.nearest(vector, limit, filter, signal), signal);
  }

  identities(signal?: AbortSignal): Promise<IdentityRow[]> {
    return this.read((s) => s.identities(signal), signal);
  }

  identity(identity_id: string, signal?: AbortSignal): Promise<IdentityRow | null> {
    return this.read((s) => s.identity(identity_id, signal), signal);
  }

  identitiesOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<IdentityRow[]> {
    return this.read((s) => s.identitiesOf(identity_ids, signal), signal);
  }

  trackIdsOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.read((s) => s.trackIdsOf(identity_ids, signal), signal);
  }

  sharedVideos(one: string, others: readonly string[], signal?: AbortSignal): Promise<readonly string[] | null> {
    return this.read((s) => s.sharedVideos(one, others, signal), signal);
  }

  named(signal?: AbortSignal): Promise<IdentityRow[]> {
    return this.read((s) => s.named(signal), signal);
  }

  ownersOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.read((s) => s.ownersOf(track_ids, signal), signal);
  }

  lightOf(track_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.read((s) => s.lightOf(track_ids, signal), signal);
  }

  counts(signal?: AbortSignal): Promise<{ tracks: number; people: number }> {
    return this.read((s) => s.counts(), signal);
  }

  people(which: PeopleFilter, signal?: AbortSignal): Promise<PersonRow[]> {
    return this.read((s) => s.people(which, signal), signal);
  }

  cohesionOf(identity_ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Cohesion>> {
    return this.read((s) => s.cohesionOf(identity_ids, signal), signal);
  }

  means(page: Page, signal?: AbortSignal): Promise<MeansBlock> {
    return this.read((s) => s.means(page, signal), signal);
  }

  seen(filter?: SeenFilter, signal?: AbortSignal): Promise<SeenRow[]> {
    return this.read((s) => s.seen(filter, signal), signal);
  }

  seenTimes(filter?: SeenFilter, signal?: AbortSignal): Promise<SeenTimes> {
    return this.read((s) => s.seenTimes(filter, signal), signal);
  }

  ages(identity_ids?: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.read((s) => s.ages(identity_ids, signal), signal);
  }

  seenTotals(signal?: AbortSignal): Promise<SeenTotals> {
    return this.read((s) => s.seenTotals(signal), signal);
  }

  edits(signal?: AbortSignal): Promise<EditRow[]> {
    return this.read((s) => s.edits(signal), signal);
  }

  labels(signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.read((s) => s.labels(signal), signal);
  }

  labelsOf(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.read((s) => s.labelsOf(ids, signal), signal);
  }

  numbered(numbers: readonly number[], signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.read((s) => s.numbered(numbers, signal), signal);
  }

  calibrations(signal?: AbortSignal): Promise<CalibrationRow[]> {
    return this.read((s) => s.calibrations(signal), signal);
  }

  references(signal?: AbortSignal): Promise<ReferenceRow[]> {
    return this.read((s) => s.references(signal), signal);
  }
}
