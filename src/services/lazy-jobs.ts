/** Jobs that are put together at the first call: their records' schemas are nothing that tools/list should wait for. */
import type { Jobs } from './jobs/jobs.js';
import { once } from './once.js';

/** A server adopts what others left behind this long after its start, when its client has had its first answers. */
const ADOPT_AFTER_MS = 1000;

export function lazyJobs(load: () => Promise<Jobs>): Jobs {
  const loaded = once(load);
  let adoption: NodeJS.Timeout | undefined;
  let closed = false;
  return {
    start: async (kind, request) => (await loaded.get()).start(kind, request),
    wait: async (job_id, options) => (await loaded.get()).wait(job_id, options),
    list: async () => (await loaded.get()).list(),
    cancel: async (job_id) => (await loaded.get()).cancel(job_id),
    adopt() {
      adoption ??= setTimeout(() => {
        void loaded.get().then((jobs) => {
          if (!closed) jobs.adopt();
        });
      }, ADOPT_AFTER_MS);
    },
    forget: async (video_ids) => (await loaded.get()).forget(video_ids),
    async close() {
      closed = true;
      clearTimeout(adoption);
      await loaded.held()?.then((jobs) => jobs.close());
    },
  };
}
