/** Objects of an S3-compatible store: read, listed, and replaced only if nobody else has done so meanwhile. */
import { readFile, stat } from 'node:fs/promises';
import { AwsClient } from 'aws4fetch';
import type { S3Location } from './object-address.js';
import {
  byRanges,
  type Condition,
  inParts,
  type ListedObject,
  type ObjectStore,
  PART_BYTES,
  type StoredText,
  StoreRequests,
  tag,
} from './object-store.js';

export class S3Objects implements ObjectStore {
  readonly #requests: StoreRequests;
  readonly #bucketUrl: string;
  /**
   * Ceph before 18 takes the quotes of If-Match for part of the tag, and refuses what is right. Whoever refuses a tag
   * that still stands is asked without them from then on.
   */
  #quoted = true;

  constructor(private readonly at: S3Location) {
    const { accessKeyId, secretAccessKey, sessionToken, region, endpoint, bucket, address } = at;
    const client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      region,
      service: 's3',
      retries: 0,
    });
    this.#requests = new StoreRequests((url, init) => client.fetch(url, init), {
      address,
      missing: { code: 'NoSuchBucket', what: `bucket ${bucket}` },
      keys: 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION',
      endpoint: 'AWS_ENDPOINT_URL',
    });
    // A dot in a bucket's name fits no certificate of *.s3.amazonaws.com.
    this.#bucketUrl =
      endpoint !== null
        ? `${endpoint}/${bucket}`
        : bucket.includes('.')
          ? `https://s3.${region}.amazonaws.com/${bucket}`
          : `https://${bucket}.s3.${region}.amazonaws.com`;
  }

  async get(key: string, signal?: AbortSignal): Promise<StoredText | null> {
    const { status, body, etag } = await this.#requests.ask('GET', this.#urlOf(key), { signal });
    return status === 404 ? null : { text: body.toString('utf8'), etag };
  }

  async getBytes(key: string, signal?: AbortSignal): Promise<Buffer | null> {
    const { status, body } = await this.#requests.ask('GET', this.#urlOf(key), { signal });
    return status === 404 ? null : body;
  }

  put(key: string, text: string, condition: Condition, signal?: AbortSignal): Promise<string | null> {
    const write = () => {
      const headers =
        'absent' in condition
          ? { 'If-None-Match': '*' }
          : { 'If-Match': this.#quoted ? condition.etag : condition.etag.replaceAll('"', '') };
      return this.#requests.once('PUT', this.#urlOf(key), { body: text, headers, signal });
    };
    const read = () => this.get(key, signal);
    return this.#requests.putIf(text, condition, write, read, signal, () => {
      this.#quoted = false;
    });
  }

  async putBytes(key: string, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#requests.ask('PUT', this.#urlOf(key), { body, signal, must: true });
  }

  async putFile(key: string, file: string, signal?: AbortSignal): Promise<void> {
    const { size } = await stat(file);
    if (size <= PART_BYTES) return this.putBytes(key, await readFile(file), signal);
    const url = this.#urlOf(key),
      requests = this.#requests;
    const begun = await requests.ask('POST', `${url}?uploads=`, { signal, must: true });
    const uploadId = encodeURIComponent(tag(begun.body.toString('utf8'), 'UploadId') ?? '');
    try {
      const tags: string[] = [];
      for await (const part of inParts(file)) {
        const to = `${url}?partNumber=${tags.length + 1}&uploadId=${uploadId}`;
        tags.push((await requests.ask('PUT', to, { body: part, signal, must: true })).etag);
      }
      const parts = tags
        .map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
        .join('');
      const body = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
      const end = await requests.ask('POST', `${url}?uploadId=${uploadId}`, { body, signal, must: true });
      // Refused with a status of 200, where it took long.
      if (/<Error>/.test(end.body.toString('utf8')))
        throw requests.unreachable(new Error('the parts were not put together'));
    } catch (error) {
      await requests.once('DELETE', `${url}?uploadId=${uploadId}`, {});
      throw error;
    }
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    await this.#requests.ask('DELETE', this.#urlOf(key), { signal });
  }

  async list(prefix = '', signal?: AbortSignal): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    for (let token: string | undefined; ; ) {
      const query = new URLSearchParams({ 'list-type': '2', prefix: this.at.prefix + prefix });
      if (token !== undefined) query.set('continuation-token', token);
      const { body } = await this.#requests.ask('GET', `${this.#bucketUrl}?${query.toString()}`, {
        signal,
        must: true,
      });
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

  pieces(key: string, bytes: number, pieceBytes: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    return byRanges(this.#requests, () => this.#urlOf(key), bytes, pieceBytes, signal);
  }

  #urlOf(key: string): string {
    return `${this.#bucketUrl}/${this.at.prefix}${key}`;
  }
}
