/** What a request comes to before it is queued: nobody waits for other jobs to hear what is known, or not there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { RollcallError } from '../../domain/errors/errors.js';
import { indexRequestSchema, type IndexRequest } from '../requests/index-video.js';
import type { JobVideoRecord, PassedOverRecord } from '../../store/records/job-record.js';
import { knownFile } from './index-job.js';
import type { JobKind, JobRequests } from './job-kinds.js';
import { passedOverRecord } from './left-out.js';
import type { JobServices } from './run-job.js';

/** Longer than this is not at once, milliseconds: a large file may have to be read to know whether it is known. */
const AT_ONCE_MS = 3000;
/** What a job would say as well, later. */
const FINAL: readonly string[] = ['not_found', 'forbidden', 'bad_argument', 'incompatible_library'];

/**
 * @returns the videos of the request, all of them known; null when it takes a job to answer
 * @throws RollcallError not_found, forbidden, bad_argument; incompatible_library, also where the library was moved
 */
export async function answerAtOnce<K extends JobKind>(
  kind: K,
  asked: JobRequests[K],
  services: () => Promise<JobServices>,
  logger: Logger,
): Promise<{ request: IndexRequest; videos: JobVideoRecord[]; passed_over?: PassedOverRecord } | null> {
  const request = kind === 'index_video' ? indexRequestSchema.safeParse(asked).data : undefined;
  if (!request) return null;
  const late = new AbortController();
  try {
    const known = await Promise.race([
      services().then(async ({ indexing }) => {
        const found = await indexing.knownVideos(request, late.signal);
        return found && { videos: found.videos, ...passedOverRecord(found.passedOver) };
      }),
      delay(AT_ONCE_MS, null, { signal: late.signal, ref: false }),
    ]);
    return known && { ...known, request, videos: known.videos.map(knownFile) };
  } catch (error) {
    if (error instanceof RollcallError && FINAL.includes(error.code)) throw error;
    logger.debug({ err: error }, 'could not tell at once what is known');
    return null;
  } finally {
    late.abort();
  }
}
