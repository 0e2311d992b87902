/** Small objects of an S3-compatible store: read, listed, and replaced only if nobody else has done so meanwhile. */
import { open, readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { asRollcallError, cancelled, RollcallError } from '../../domain/errors.js';
import { stopIfAborted } from '../abort.js';
import type { S3Location } from './object-address.js';

export interface StoredText {
  text: string;
  /** Changes with the content. */
  etag: string;
}

export interface ListedObject {
  /** Below the library's prefix. */
  key: string;
  bytes: number;
}

/** What must hold for an object to be written: that there is none, or that it still is what was read. */
export type Condition = { absent: true } | { etag: string };

const ATTEMPTS = 6;
/** Of one answer, ms; larger objects are read in pieces. */
const PATIENCE_MS = 15_000;
const FIRST_WAIT_MS = 100;
/** Of a large object, bytes: what slow lines carry within PATIENCE_MS, and more than the least that S3 takes. */
const PART_BYTES = 8 * 2 ** 20;

/** Keys are relative to the library's prefix. Everything rejects with RollcallError. */
export class S3Objects {
  readonly #client: AwsClient;
  readonly #bucketUrl: string;
  /**
   * Ceph before 18 takes the quotes of If-Match for part of the tag, and refuses what is right. Whoever refuses a tag
   * that still stands is asked without them from then on.
   */
  #quoted = true;

  constructor(private readonly at: S3Location) {
    const { accessKeyId, secretAccessKey, sessionToken, region, endpoint, bucket } = at;
    this.#client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      region,
      service: 's3',
      retries: 0,
    });
    // A dot in a bucket's name fits no certificate of *.s3.amazonaws.com.
    this.#bucketUrl =
      endpoint !== null
        ? `${endpoint}/${bucket}`
        : bucket.includes('.')
          ? `https://s3.${region}.amazonaws.com/${bucket}`
          : `https://${bucket}.s3.${region}.amazonaws.com`;
  }

  /** @returns null when there is no such object */
  async get(key: string, signal?: AbortSignal): Promise<StoredText | null> {
    const response = await this.#ask('GET', this.#urlOf(key), { signal });
    if (response.status === 404) return null;
    return { text: response.body.toString('utf8'), etag: response.etag };
  }

  /** @returns null when there is no such object */
  async getBytes(key: string, signal?: AbortSignal): Promise<Buffer | null> {
    const { status, body } = await this.#ask('GET', this.#urlOf(key), { signal });
    return status === 404 ? null : body;
  }

  /** Writes an object, whatever was there. */
  async putBytes(key: string, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#ask('PUT', this.#urlOf(key), { body, signal, must: true });
  }

  /** Writes a file into an object, whatever was there; a large one in parts, none of which is seen before all are. */
  async putFile(key: string, file: string, signal?: AbortSignal): Promise<void> {
    const { size } = await stat(file);
    if (size <= PART_BYTES) return this.putBytes(key, await readFile(file), signal);
    const url = this.#urlOf(key);
    const begun = await this.#ask('POST', `${url}?uploads=`, { signal, must: true });
    const uploadId = encodeURIComponent(tag(begun.body.toString('utf8'), 'UploadId') ?? '');
    try {
      const tags: string[] = [];
      for await (const part of inParts(file)) {
        const to = `${url}?partNumber=${tags.length + 1}&uploadId=${uploadId}`;
        tags.push((await this.#ask('PUT', to, { body: part, signal, must: true })).etag);
      }
      const parts = tags
        .map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
        .join('');
      const body = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
      const end = await this.#ask('POST', `${url}?uploadId=${uploadId}`, { body, signal, must: true });
      // Refused with a status of 200, where it took long.
      if (/<Error>/.test(end.body.toString('utf8')))
        throw this.#unreachable(new Error('the parts were not put together'));
    } catch (error) {
      await this.#once('DELETE', `${url}?uploadId=${uploadId}`, {});
      throw error;
    }
  }

  /** Removes an object, if there is one. */
  async remove(key: string, signal?: AbortSignal): Promise<void> {
    await this.#ask('DELETE', this.#urlOf(key), { signal });
  }

  /**
   * Writes an object on a condition. An answer that gets lost is found out about: what was written is then read.
   * @returns its new tag; null when the condition does not hold, and nothing was written
   */
  async put(key: string, text: string, condition: Condition, signal?: AbortSignal): Promise<string | null> {
    for (let attempt = 1; ; attempt++) {
      const headers =
        'absent' in condition
          ? { 'If-None-Match': '*' }
          : { 'If-Match': this.#quoted ? condition.etag : condition.etag.replaceAll('"', '') };
      const tried = await this.#once('PUT', this.#urlOf(key), { body: text, headers, signal });
      if (tried.response?.ok) return tried.response.etag;
      const status = tried.response?.status;
      if (tried.response && status !== 412 && status !== 409 && status !== 404 && !isPassing(tried.response.status))
        throw this.#refused(tried.response);
      // Refused, or nobody knows: what is there now tells. An earlier attempt of this very text may have got through.
      const now = await this.get(key, signal);
      if (now?.text === text) return now.etag;
      const holds = 'absent' in condition ? now === null : now?.etag === condition.etag;
      if (!holds) return null;
      if (status === 412 && 'etag' in condition) this.#quoted = false;
      if (attempt >= ATTEMPTS) throw tried.response ? this.#refused(tried.response) : this.#unreachable(tried.error);
      await this.#pause(attempt, signal);
    }
  }

  /** Every object whose key begins with `prefix`, below the library's. */
  async list(prefix = '', signal?: AbortSignal): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    for (let token: string | undefined; ; ) {
      const query = new URLSearchParams({ 'list-type': '2', prefix: this.at.prefix + prefix });
      if (token !== undefined) query.set('continuation-token', token);
      const { body } = await this.#ask('GET', `${this.#bucketUrl}?${query.toString()}`, { signal, must: true });
      const xml = body.toString('utf8');
      for (const [, one = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = tag(one, 'Key');
        if (key?.startsWith(this.at.prefix) === true)
          found.push({ key: key.slice(this.at.prefix.length), bytes: Number(tag(one, 'Size')) });
      }
      token = tag(xml, 'NextContinuationToken');
      if (tag(xml, 'IsTruncated') !== 'true' || token === undefined) return found;
    }
  }

  /** The content of an object in pieces. @returns null for the first piece when it is gone */
  async *pieces(key: string, bytes: number, pieceBytes: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    for (let from = 0; from < bytes; from += pieceBytes) {
      const range = `bytes=${from}-${Math.min(bytes, from + pieceBytes) - 1}`;
      const { status, body } = await this.#ask('GET', this.#urlOf(key), { signal, headers: { Range: range } });
      if (status === 404) return;
      yield body;
    }
  }

  #urlOf(key: string): string {
    return `${this.#bucketUrl}/${this.at.prefix}${key}`;
  }

  /** For what may be asked twice. @param must whether "not found" is an error as well */
  async #ask(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    { must = false, ...init }: Init & { must?: boolean },
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const { response, error } = await this.#once(method, url, init);
      if (response && (response.ok || (response.status === 404 && !must && !/NoSuchBucket/.test(response.said))))
        return response;
      if (attempt >= ATTEMPTS || (response && !isPassing(response.status)))
        throw response ? this.#refused(response) : this.#unreachable(error);
      await this.#pause(attempt, init.signal);
    }
  }

  async #once(method: string, url: string, init: Init): Promise<{ response?: Answer; error?: unknown }> {
    stopIfAborted(init.signal);
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience;
    try {
      const { body, headers } = init;
      const response = await this.#client.fetch(url, {
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
          etag: response.headers.get('etag') ?? '',
          body: bytes,
          said: response.ok ? '' : bytes.subarray(0, 2000).toString('utf8'),
        },
      };
    } catch (error) {
      stopIfAborted(init.signal);
      return { error };
    }
  }

  async #pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
    // Random, so that waiting processes don't knock in step.
    const wait = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
    await delay(wait, undefined, { signal }).catch((error: unknown) => {
      throw cancelled(error);
    });
  }

  #refused({ status, said }: Answer): RollcallError {
    const code = tag(said, 'Code') ?? `status ${status}`;
    if (status === 401 || status === 403)
      return new RollcallError(
        'forbidden',
        `The store of ${this.at.address} refuses the keys or what they may do (${code}).`,
        'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION; they must be allowed to get, put, list and delete objects below that prefix.',
      );
    if (code === 'NoSuchBucket')
      return new RollcallError(
        'not_found',
        `There is no bucket ${this.at.bucket}.`,
        'Make it, or correct ROLLCALL_HOME and AWS_ENDPOINT_URL.',
      );
    return this.#unreachable(new Error(`${code} (${status})`));
  }

  #unreachable(cause: unknown): RollcallError {
    const { message } = asRollcallError(cause);
    return new RollcallError(
      'unreachable',
      `The store of ${this.at.address} does not answer as it should: ${message}`,
      'Try again; if it goes on, check the network and AWS_ENDPOINT_URL. Nothing is lost: what was not committed is not in force.',
      { cause },
    );
  }
}

interface Init {
  body?: string | Uint8Array;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

interface Answer {
  ok: boolean;
  status: number;
  etag: string;
  body: Buffer;
  /** What an error says of itself. */
  said: string;
}

/** A file in pieces of PART_BYTES, the last one shorter. */
async function* inParts(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file);
  try {
    for (let from = 0; ; from += PART_BYTES) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, from);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Whether the same may go well a moment later. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** The text of an element that has no others in it. Keys of a library need no entities: see object-address. */
function tag(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
