/**
 * What is kept of jobs in Redis: one hash a job, whose fields several workers write without losing each other's, beside
 * a list of all by age, the files to leave out of each, and which job a request made.
 */
import type { Redis } from 'ioredis';
import { asking } from './redis.js';

export const PREFIX = 'rollcall';
const ALL = `${PREFIX}:jobs`;
/** What a request's job is remembered for at the longest, seconds: unless it ends before. */
const REQUEST_KEPT_S = 30 * 24 * 3600;
/** What changes a hash changes one that is there: a job that was forgotten stays so. */
const ifThere = (command: string): string =>
  `if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('${command}', KEYS[1], unpack(ARGV)) end return 0`;

const hash = (job_id: string): string => `${PREFIX}:job:${job_id}`;
const leavings = (job_id: string): string => `${PREFIX}:left:${job_id}`;
const asked = (request: string): string => `${PREFIX}:request:${request}`;

/** The fields of a job's hash: what each means is the services' own. */
export type JobFields = Readonly<Record<string, string>>;

export class JobHashes {
  constructor(
    private readonly redis: Redis,
    private readonly url: string,
  ) {}

  /** Makes a job. @param age ascending with the time it was made */
  create(job_id: string, age: number, fields: JobFields): Promise<void> {
    return this.ask(async () => {
      await this.redis.multi().hset(hash(job_id), fields).zadd(ALL, String(age), job_id).exec();
    });
  }

  /** All fields; undefined when there is no such job. */
  read(job_id: string): Promise<JobFields | undefined> {
    return this.ask(async () => {
      const found = await this.redis.hgetall(hash(job_id));
      return Object.keys(found).length > 0 ? found : undefined;
    });
  }

  /** Single fields, null where there is none. */
  fields(job_id: string, ...names: string[]): Promise<(string | null)[]> {
    return this.ask(() => this.redis.hmget(hash(job_id), ...names));
  }

  /** All ids, oldest first. */
  ids(): Promise<string[]> {
    return this.ask(() => this.redis.zrange(ALL, '0', '-1'));
  }

  /** Writes fields of a job that is there. */
  set(job_id: string, fields: JobFields): Promise<void> {
    return this.ask(async () => {
      await this.redis.eval(ifThere('HSET'), 1, hash(job_id), ...Object.entries(fields).flat());
    });
  }

  /** Writes a field that is not there yet. @returns whether it was this call that did */
  setOnce(job_id: string, field: string, value: string): Promise<boolean> {
    return this.ask(async () => (await this.redis.eval(ifThere('HSETNX'), 1, hash(job_id), field, value)) === 1);
  }

  /** Adds to a number. @returns the sum */
  add(job_id: string, field: string, by: number): Promise<number> {
    return this.ask(async () => Number(await this.redis.eval(ifThere('HINCRBY'), 1, hash(job_id), field, by)));
  }

  unset(job_id: string, fields: readonly string[]): Promise<void> {
    return this.ask(async () => {
      if (fields.length > 0) await this.redis.hdel(hash(job_id), ...fields);
    });
  }

  remove(job_id: string): Promise<void> {
    return this.ask(async () => {
      await this.redis.multi().del(hash(job_id), leavings(job_id)).zrem(ALL, job_id).exec();
    });
  }

  leaveOut(job_id: string, marks: readonly string[]): Promise<void> {
    return this.ask(async () => {
      if (marks.length > 0) await this.redis.sadd(leavings(job_id), ...marks);
    });
  }

  leftOut(job_id: string): Promise<string[]> {
    return this.ask(() => this.redis.smembers(leavings(job_id)));
  }

  /** Says that a request made this job, unless another has said so. @returns the other */
  claim(request: string, job_id: string): Promise<string | null> {
    return this.ask(() => this.redis.set(asked(request), job_id, 'EX', REQUEST_KEPT_S, 'NX', 'GET'));
  }

  /** Says so whoever said it before. */
  reclaim(request: string, job_id: string): Promise<void> {
    return this.ask(async () => {
      await this.redis.set(asked(request), job_id, 'EX', REQUEST_KEPT_S);
    });
  }

  private ask<T>(what: () => Promise<T>): Promise<T> {
    return asking(this.url, what);
  }
}
