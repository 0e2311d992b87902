/** What a library needs of an object store, and how its requests are tried, tried again, and refused. */
import { setTimeout as delay } from 'node:timers/promises';
import { createReadStream } from 'node:fs';
import { asRollcallError, cancelled, PassingError, RollcallError } from '../../domain/errors/errors.js';
import { stopIfAborted } from '../abort.js';

export interface StoredText {
  text: string;
  /** Another one after every change; what conditions name: the object's tag, or its generation. */
  etag: string;
}

export interface ListedObject {
  /** Below the library's prefix. */
  key: string;
  bytes: number;
}

/** What must hold for an object to be written: that there is none, or that it still is what was read. */
export type Condition = { absent: true } | { etag: string };

/** Keys are relative to the library's prefix. Everything rejects with RollcallError. */
export interface ObjectStore {
  /** A tag that no object ever has. */
  readonly noTag: string;
  /** @returns null when there is no such object */
  get(key: string, signal?: AbortSignal): Promise<StoredText | null>;
  /** @returns null when there is no such object */
  getBytes(key: string, signal?: AbortSignal): Promise<Buffer | null>;
  /**
   * Writes an object on a condition. An answer that gets lost is found out about: what was written is then read.
   * @returns its new tag; null when the condition does not hold, and nothing was written
   */
  put(key: string, text: string, condition: Condition, signal?: AbortSignal): Promise<string | null>;
  /** Writes an object, whatever was there. */
  putBytes(key: string, body: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Writes a file into an object, whatever was there; a large one in parts, none of which is seen before all are. */
  putFile(key: string, file: string, signal?: AbortSignal): Promise<void>;
  /** Removes an object, if there is one. */
  remove(key: string, signal?: AbortSignal): Promise<void>;
  /** Every object whose key begins with `prefix`, below the library's. */
  list(prefix?: string, signal?: AbortSignal): Promise<ListedObject[]>;
  /** The content of an object in pieces; none when it is gone. */
  pieces(key: string, bytes: number, pieceBytes: number, signal?: AbortSignal): AsyncGenerator<Buffer>;
}

/** Of a large object, bytes: what slow lines carry within PATIENCE, and more than the least that S3 takes. */
export const PART_BYTES = 8 * 2 ** 20;
/** That of no content. */
export const NO_MD5 = '"00000000000000000000000000000000"';
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 100;

/** How long a store is waited for, ms. */
export interface Patience {
  /** For one answer; larger objects are read in pieces. */
  answer: number;
  /** Nothing is tried again after that: clients of a store that is silent are told so before they give up. */
  all: number;
}
const PATIENCE: Patience = { answer: 15_000, all: 20_000 };

export interface Asked {
  body?: string | Uint8Array;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  ok: boolean;
  status: number;
  /** See StoredText. */
  etag: string;
  headers: Headers;
  body: Buffer;
  /** What an error says of itself. */
  said: string;
}

export interface Tried {
  response?: Answer;
  error?: unknown;
}

/** How a store is told of in errors. */
export interface StoreWords {
  /** Of the library. */
  address: string;
  /** What there is none of where this is the code of an error. */
  missing: { code: string; what: string };
  /** Variables that hold keys, and that hold the endpoint. */
  keys: string;
  endpoint: string;
  /** The header that holds the tag of an object, `etag` if not said. */
  tagHeader?: string;
}

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** Requests of one store. */
export class StoreRequests {
  constructor(
    private readonly send: (url: string, init: RequestInit) => Promise<Response>,
    private readonly words: StoreWords,
    private readonly patience = PATIENCE,
  ) {}

  /** The text of an object; null when there is none. */
  async get(url: string, signal?: AbortSignal): Promise<StoredText | null> {
    const { status, body, etag } = await this.ask('GET', url, { signal });
    return status === 404 ? null : { text: body.toString('utf8'), etag };
  }

  /** The content of an object; null when there is none. */
  async getBytes(url: string, signal?: AbortSignal): Promise<Buffer | null> {
    const { status, body } = await this.ask('GET', url, { signal });
    return status === 404 ? null : body;
  }

  /** For what may be asked twice. @param must whether "not found" is an error as well */
  async ask(method: Method, url: string, { must = false, ...asked }: Asked & { must?: boolean }): Promise<Answer> {
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      const { response, error } = await this.once(method, url, asked);
      if (
        response &&
        (response.ok || (response.status === 404 && !must && !response.said.includes(this.words.missing.code)))
      )
        return response;
      if (this.#isOver(attempt, began) || (response && !isPassing(response.status)))
        throw response ? this.refused(response) : this.unreachable(error);
      await this.#pause(attempt, asked.signal);
    }
  }

  /**
   * See ObjectStore.put.
   * @param write tries it once
   * @param read what is there now
   * @param onStanding told that a tag was refused that still stands
   */
  async putIf(
    text: string,
    condition: Condition,
    write: () => Promise<Tried>,
    read: () => Promise<StoredText | null>,
    signal?: AbortSignal,
    onStanding?: () => void,
  ): Promise<string | null> {
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      const tried = await write();
      if (tried.response?.ok) return tried.response.etag;
      const status = tried.response?.status;
      if (tried.response && status !== 412 && status !== 409 && status !== 404 && !isPassing(tried.response.status))
        throw this.refused(tried.response);
      // Refused, or nobody knows: what is there now tells. An earlier attempt of this very text may have got through.
      const now = await read();
      if (now?.text === text) return now.etag;
      const holds = 'absent' in condition ? now === null : now?.etag === condition.etag;
      if (!holds) return null;
      if (status === 412 && 'etag' in condition) onStanding?.();
      if (this.#isOver(attempt, began))
        throw tried.response ? this.refused(tried.response) : this.unreachable(tried.error);
      await this.#pause(attempt, signal);
    }
  }

  async once(method: Method, url: string, { body, headers, signal: asked }: Asked): Promise<Tried> {
    stopIfAborted(asked);
    const patience = AbortSignal.timeout(this.patience.answer);
    const signal = asked ? AbortSignal.any([asked, patience]) : patience;
    try {
      const response = await this.send(url, {
        method,
        signal,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return {
        response: {
          ok: response.ok,
          status: response.status,
          etag: response.headers.get(this.words.tagHeader ?? 'etag') ?? '',
          headers: response.headers,
          body: bytes,
          said: response.ok ? '' : bytes.subarray(0, 2000).toString('utf8'),
        },
      };
    } catch (error) {
      stopIfAborted(asked);
      // What has an explanation of its own does not go away by asking again.
      if (error instanceof RollcallError) throw error;
      return { error };
    }
  }

  refused({ status, said }: Answer): RollcallError {
    const { address, missing, keys, endpoint } = this.words;
    const code = tag(said, 'Code') ?? `status ${status}`;
    if (status === 401 || status === 403)
      return new RollcallError(
        'forbidden',
        `The store of ${address} refuses the keys or what they may do (${code}).`,
        `Check ${keys}; they must be allowed to get, put, list and delete objects below that prefix.`,
      );
    if (code === missing.code)
      return new RollcallError(
        'not_found',
        `There is no ${missing.what}.`,
        `Make it, or correct ROLLCALL_HOME and ${endpoint}.`,
      );
    return this.unreachable(new Error(`${code} (${status})`));
  }

  unreachable(cause: unknown): RollcallError {
    return new PassingError(
      'unreachable',
      `The store of ${this.words.address} does not answer as it should: ${reasonOf(cause)}`,
      `Try again; if it goes on, check the network and ${this.words.endpoint}. Nothing is lost: what was not committed is not in force.`,
      { cause },
    );
  }

  #isOver(attempt: number, began: number): boolean {
    return attempt >= ATTEMPTS || performance.now() - began >= this.patience.all;
  }

  async #pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
    // Random, so that waiting processes don't knock in step.
    const wait = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
    await delay(wait, undefined, { signal }).catch((error: unknown) => {
      throw cancelled(error);
    });
  }
}

/** The content of an object by ranges of bytes. */
export async function* byRanges(
  requests: StoreRequests,
  url: () => string,
  bytes: number,
  pieceBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes; from += pieceBytes) {
    const headers = { Range: `bytes=${from}-${Math.min(bytes, from + pieceBytes) - 1}` };
    const { status, body } = await requests.ask('GET', url(), { signal, headers });
    if (status === 404) return;
    yield body;
  }
}

/** A file in pieces of PART_BYTES, the last one shorter. */
export function inParts(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: PART_BYTES });
}

/** The text of an element that has no others in it. Keys of a library need no entities: see object-address. */
export function tag(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

/** What lies behind fetch's "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return asRollcallError(error).message;
  // Of a name with several addresses there is an error for each, and no message.
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}

/** Whether the same may go well a moment later. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}
