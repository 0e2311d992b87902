/** Reads of one state that tell apart what went wrong from a state that is no more. */
import { PassingError } from '../../domain/errors/errors.js';
import type { State } from '../api.js';

/** @param explain what to throw in the place of what went wrong */
export function steadyReader(of: State, explain: (error: unknown) => Promise<unknown>): State {
  const read =
    <A extends unknown[], T>(query: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await query(...args);
      } catch (error) {
        throw await explain(error);
      }
    };
  return {
    mark: of.mark,
    changedSince: (mark) => of.changedSince(mark),
    videos: read((signal) => of.videos(signal)),
    video: read((id, signal) => of.video(id, signal)),
    videosOf: read((ids, signal) => of.videosOf(ids, signal)),
    videoByHash: read((hash, signal) => of.videoByHash(hash, signal)),
    tracks: read((filter, signal) => of.tracks(filter, signal)),
    trackIdsFrom: read((start, signal) => of.trackIdsFrom(start, signal)),
    vectors: read((filter, signal) => of.vectors(filter, signal)),
    faces: read((ids, signal) => of.faces(ids, signal)),
    facesOfAll: read((signal) => of.facesOfAll(signal)),
    qualityOf: read((ids, signal) => of.qualityOf(ids, signal)),
    pictures: read((id, signal) => of.pictures(id, signal)),
    bestCrops: read((ids, signal) => of.bestCrops(ids, signal)),
    boxes: read((id, signal) => of.boxes(id, signal)),
    boxesIn: read((ids, signal) => of.boxesIn(ids, signal)),
    nearest: read((vector, limit, filter, signal) => of.nearest(vector, limit, filter, signal)),
    identities: read((signal) => of.identities(signal)),
    identity: read((id, signal) => of.identity(id, signal)),
    identitiesOf: read((ids, signal) => of.identitiesOf(ids, signal)),
    trackIdsOf: read((ids, signal) => of.trackIdsOf(ids, signal)),
    sharedVideos: read((one, others, signal) => of.sharedVideos(one, others, signal)),
    named: read((signal) => of.named(signal)),
    ownersOf: read((ids, signal) => of.ownersOf(ids, signal)),
    lightOf: read((ids, signal) => of.lightOf(ids, signal)),
    counts: read((signal) => of.counts(signal)),
    people: read((which, signal) => of.people(which, signal)),
    cohesionOf: read((ids, signal) => of.cohesionOf(ids, signal)),
    means: read((page, signal) => of.means(page, signal)),
    seen: read((filter, signal) => of.seen(filter, signal)),
    seenTimes: read((filter, signal) => of.seenTimes(filter, signal)),
    ages: read((ids, signal) => of.ages(ids, signal)),
    seenTotals: read((signal) => of.seenTotals(signal)),
    edits: read((signal) => of.edits(signal)),
    labels: read((signal) => of.labels(signal)),
    labelsOf: read((ids, signal) => of.labelsOf(ids, signal)),
    numbered: read((numbers, signal) => of.numbered(numbers, signal)),
    calibrations: read((signal) => of.calibrations(signal)),
    references: read((signal) => of.references(signal)),
  };
}

/** The state that was read is no more: something was forgotten meanwhile, and is gone from disk. */
export function readTooLate(cause: unknown): PassingError {
  return new PassingError('busy', 'The library was changed while it was read.', 'Ask again.', { cause });
}
