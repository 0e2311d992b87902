/** Services that are put together at the first call: a server must answer tools/list before it loads natives. */
import { RollcallError } from '../domain/errors.js';
import type { Services } from './api.js';
import { once } from './once.js';

/** @param load called at most once at a time; after a failure the next call tries again */
export function lazyServices(load: () => Promise<Services>): Services {
  const loaded = once(load);
  let closed = false;
  const get = (): Promise<Services> =>
    closed ? Promise.reject(new RollcallError('cancelled', 'Rollcall is closing.', 'Start it again.')) : loaded.get();
  return {
    indexing: {
      indexVideo: async (request, context) => (await get()).indexing.indexVideo(request, context),
      expandSource: async (source, signal) => (await get()).indexing.expandSource(source, signal),
      describeVideo: async (video_id, signal) => (await get()).indexing.describeVideo(video_id, signal),
    },
    verification: { verifyFaces: async (request, signal) => (await get()).verification.verifyFaces(request, signal) },
    search: { findPerson: async (request, signal) => (await get()).search.findPerson(request, signal) },
    identities: { list: async (request, signal) => (await get()).identities.list(request, signal) },
    together: { coOccurrence: async (request, signal) => (await get()).together.coOccurrence(request, signal) },
    library: { videos: async (signal) => (await get()).library.videos(signal) },
    calibration: {
      calibrate: async (request, context) => (await get()).calibration.calibrate(request, context),
      status: async (signal) => (await get()).calibration.status(signal),
      apply: async (calibration_id, signal) => (await get()).calibration.apply(calibration_id, signal),
      revert: async (signal) => (await get()).calibration.revert(signal),
    },
    async close() {
      closed = true;
      // What failed to load has nothing to close, and its caller has had the error.
      await loaded.held()?.then(
        (services) => services.close(),
        () => undefined,
      );
    },
  };
}
