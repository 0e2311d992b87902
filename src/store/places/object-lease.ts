/**
 * The writer's lock of a library that several machines share: an object, replaced on condition.
 *
 * [Note: Leases] Clocks of two machines are never compared. A holder writes the object anew every so often; whoever
 * waits takes it over once it has seen the same content for as long as the holder said, by its own clock. A holder that
 * could not write for most of that time gives up by itself. One that slept through it all finds what it writes refused:
 * its lease by the new owner's, and the library's head by the number of the lease in it, see `fence` in head.ts.
 */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { cancelled } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';
import type { StoreLogger } from '../api.js';
import type { ObjectStore } from '../objects/object-store.js';
import type { WriteLease } from './place.js';

const recordSchema = z.object({
  /** Whose it is; null while it is nobody's. */
  owner: z.string().nullable(),
  /** Who that is, for people. */
  who: z.string(),
  /** Rises by one with every owner. */
  fence: z.number().int(),
  /** Rises by one with every sign of life. */
  beat: z.number().int(),
  /** Without a sign of life for so long the owner is dead. */
  ttl_ms: z.number().positive(),
});
type LeaseRecord = z.infer<typeof recordSchema>;

/** Of a lease: after this part of it a holder that can't reach the store gives up. */
const GIVE_UP = 0.75;
const BEATS = 4;

/**
 * @param ttlMs how long others wait for a sign of life
 * @throws RollcallError `cancelled`, `unreachable`, `forbidden`
 */
export async function waitForLease(
  objects: ObjectStore,
  key: string,
  ttlMs: number,
  { signal, logger }: { signal?: AbortSignal | undefined; logger?: StoreLogger | undefined } = {},
): Promise<WriteLease> {
  const owner = randomBytes(12).toString('hex');
  const who = `${os.hostname()} ${process.pid}`;
  let seen = { etag: '', since: performance.now() };
  for (let wait = 50; ; wait = Math.min(wait * 1.5, 500)) {
    stopIfAborted(signal);
    const began = performance.now();
    const found = await objects.get(key, signal);
    const held = found && readRecord(found.text, ttlMs);
    if (found?.etag !== seen.etag) seen = { etag: found?.etag ?? '', since: performance.now() };
    const isDead = held?.owner != null && performance.now() - seen.since >= held.ttl_ms;
    if (!held || held.owner === null || isDead) {
      const mine: LeaseRecord = { owner, who, fence: (held?.fence ?? 0) + 1, beat: 0, ttl_ms: ttlMs };
      const condition = found ? { etag: found.etag } : { absent: true as const };
      const etag = await objects.put(key, JSON.stringify(mine), condition, signal);
      if (etag !== null) {
        if (isDead) logger?.warn({ lock: key, of: held.who }, 'took over the lock of a writer without a sign of life');
        return new ObjectLease(objects, key, mine, etag, began, isDead, logger);
      }
    }
    // Random, so that waiting processes don't knock in step.
    await delay(wait * (0.5 + Math.random()), undefined, { signal }).catch((error: unknown) => {
      throw cancelled(error);
    });
  }
}

/** One that can't be read is somebody's, until it has not changed for long. */
function readRecord(text: string, ttl_ms: number): LeaseRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return { owner: '', who: '', fence: 0, beat: 0, ttl_ms };
  }
}

class ObjectLease implements WriteLease {
  readonly #lost = new AbortController();
  readonly #releasing = new AbortController();
  /** Signs of life are given one after the other; never rejects. */
  #beats: Promise<unknown> = Promise.resolve();
  #next: NodeJS.Timeout | undefined;
  #giveUp: NodeJS.Timeout | undefined;

  constructor(
    private readonly objects: ObjectStore,
    private readonly key: string,
    private record: LeaseRecord,
    private etag: string,
    began: number,
    readonly tookOver: boolean,
    private readonly logger: StoreLogger | undefined,
  ) {
    this.#lives(began);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get fence(): number {
    return this.record.fence;
  }

  async confirm(): Promise<void> {
    const renewed = this.#beats.then(() => this.#renew());
    this.#beats = renewed.catch(() => undefined);
    await renewed;
  }

  async release(): Promise<void> {
    this.#releasing.abort();
    clearTimeout(this.#next);
    await this.#beats;
    clearTimeout(this.#next);
    clearTimeout(this.#giveUp);
    try {
      do {
        if (this.lost.aborted) return;
        const free = JSON.stringify({ ...this.record, owner: null });
        if ((await this.objects.put(this.key, free, { etag: this.etag })) !== null) return;
      } while (await this.#isStillMine());
    } catch (error) {
      this.logger?.warn({ err: error, lock: this.key }, 'could not let go of a lock');
    }
  }

  /** From `began` on, when the last sign of life was on its way. */
  #lives(began: number): void {
    clearTimeout(this.#next);
    clearTimeout(this.#giveUp);
    if (this.#releasing.signal.aborted) return;
    const left = this.record.ttl_ms * GIVE_UP - (performance.now() - began);
    this.#giveUp = setTimeout(() => this.#lose('no sign of life got through'), Math.max(0, left));
    this.#beatIn(this.record.ttl_ms / BEATS);
  }

  #beatIn(ms: number): void {
    this.#next = setTimeout(() => {
      this.#beats = this.#beats
        .then(() => this.#renew())
        .catch((error: unknown) => {
          if (this.lost.aborted || this.#releasing.signal.aborted) return;
          this.logger?.warn({ err: error, lock: this.key }, 'a sign of life did not get through');
          this.#beatIn(ms / 2);
        });
    }, ms);
  }

  #lose(why: string): void {
    clearTimeout(this.#next);
    clearTimeout(this.#giveUp);
    this.#lost.abort(new Error(`The lock was lost: ${why}.`));
  }

  /** @throws RollcallError when the store can't be reached; that the lock is lost `lost` tells */
  async #renew(): Promise<void> {
    const signal = AbortSignal.any([this.lost, this.#releasing.signal]);
    while (!signal.aborted) {
      const began = performance.now();
      const next = { ...this.record, beat: this.record.beat + 1 };
      const etag = await this.objects.put(this.key, JSON.stringify(next), { etag: this.etag }, signal);
      if (etag !== null) {
        this.record = next;
        this.etag = etag;
        this.#lives(began);
        return;
      }
      if (!(await this.#isStillMine())) return this.#lose('another process has it');
    }
  }

  /** An earlier sign of life may have got through without a word; then it goes on from there. */
  async #isStillMine(): Promise<boolean> {
    const found = await this.objects.get(this.key, this.lost);
    const held = found && readRecord(found.text, this.record.ttl_ms);
    if (!found || held?.owner !== this.record.owner) return false;
    this.record = held;
    this.etag = found.etag;
    return true;
  }
}
