/** Jobs that are put together at the first call: their records' schemas are nothing that tools/list should wait for. */
import type { Jobs } from './jobs.js';

/** A server adopts what others left behind this long after its start, when its client has had its first answers. */
const ADOPT_AFTER_MS = 1000;

export function lazyJobs(load: () => Promise<Jobs>): Jobs {
  let loaded: Promise<Jobs> | undefined;
  let adoption: NodeJS.Timeout | undefined;
  let closed = false;
  const get = (): Promise<Jobs> => (loaded ??= load());
  return {
    start: async (kind, request) => (await get()).start(kind, request),
    wait: async (job_id, options) => (await get()).wait(job_id, options),
    list: async () => (await get()).list(),
    cancel: async (job_id) => (await get()).cancel(job_id),
    adopt() {
      adoption ??= setTimeout(() => {
        void get().then((jobs) => { if (!closed) jobs.adopt(); });
      }, ADOPT_AFTER_MS);
    },
    forget: async (video_ids) => (await get()).forget(video_ids),
    async close() {
      closed = true;
      clearTimeout(adoption);
      await loaded?.then((jobs) => jobs.close());
    },
  };
}
