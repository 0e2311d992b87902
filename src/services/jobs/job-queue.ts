/** What a queued job waits for. */
import type { JobRecord } from '../../store/records/job-record.js';
import type { JobFiles } from './job-files.js';
import { isFinished } from './job-kinds.js';

/** A lock whose holder has not touched it for this long belongs to a dead process. */
export const STALE_MS = 5000;
const ABANDONED = 'interrupted: its process ended; goes on when a server runs, or when the same is asked for again';

export class JobQueue {
  /** Jobs that can't be ahead of anybody any more. */
  readonly #finished = new Set<string>();

  /** @param live the record of a job that this process runs, newer than its file */
  constructor(
    private readonly files: JobFiles,
    private readonly live: (job_id: string) => JobRecord | undefined,
  ) {}

  /** The record as it is: one that says `running` may have been left by a process that died. */
  async #asIs(record: JobRecord): Promise<JobRecord> {
    if (record.state !== 'running' || this.live(record.job_id) || (await this.files.isRun(record, STALE_MS)))
      return record;
    return { ...record, state: 'queued', eta_s: null, stage: ABANDONED };
  }

  /** The record; that of a queued job says how many are ahead of it and what the first of them does. */
  async placed(found: JobRecord): Promise<JobRecord> {
    const record = await this.#asIs(found);
    if (record.state !== 'queued') return record;
    const ahead = (await this.#unfinished()).filter(
      (other) => other.job_id !== record.job_id && (other.state === 'running' || other.job_id < record.job_id),
    );
    const first = ahead.find((other) => other.state === 'running') ?? ahead[0];
    if (!first || record.stage === ABANDONED) return record;
    const jobs = ahead.length === 1 ? '1 job' : `${ahead.length} jobs; the first`;
    const going = first.state === 'running' ? `${Math.round(first.progress * 100)} %, ${first.stage}` : first.stage;
    return { ...record, stage: `queued behind ${jobs}: ${first.source} (${first.job_id}, ${going})` };
  }

  async #unfinished(): Promise<JobRecord[]> {
    const found: JobRecord[] = [];
    for (const id of await this.files.ids()) {
      if (this.#finished.has(id)) continue;
      const record = this.live(id) ?? (await this.files.read(id));
      if (record && !isFinished(record)) found.push(await this.#asIs(record));
      else this.#finished.add(id);
    }
    return found;
  }
}
