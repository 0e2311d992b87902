/**
 * Objects as Amazon's S3 has them over HTTP, and as Google's XML API has them too: listed, read, put in parts. How a
 * request is signed and on what condition an object is replaced differs.
 */
import { readFile, stat } from 'node:fs/promises';
import {
  byRanges,
  type Condition,
  inParts,
  type ListedObject,
  type ObjectStore,
  PART_BYTES,
  type StoredText,
  type StoreRequests,
  tag,
} from './object-store.js';

export abstract class XmlObjects implements ObjectStore {
  abstract readonly noTag: string;

  /** @param bucketUrl without a slash at its end @param prefix of the library, '' or with one */
  constructor(
    private readonly requests: StoreRequests,
    private readonly bucketUrl: string,
    private readonly prefix: string,
  ) {}

  /** What says on which condition an object is written. */
  protected abstract headersOn(condition: Condition): Record<string, string>;

  /** Told that a tag was refused that still stands. */
  protected onStanding?(): void;

  get(key: string, signal?: AbortSignal): Promise<StoredText | null> {
    return this.requests.get(this.#urlOf(key), signal);
  }

  getBytes(key: string, signal?: AbortSignal): Promise<Buffer | null> {
    return this.requests.getBytes(this.#urlOf(key), signal);
  }

  put(key: string, text: string, condition: Condition, signal?: AbortSignal): Promise<string | null> {
    const write = () => {
      const headers = this.headersOn(condition);
      return this.requests.once('PUT', this.#urlOf(key), { body: text, headers, signal });
    };
    const read = () => this.get(key, signal);
    return this.requests.putIf(text, condition, write, read, signal, () => this.onStanding?.());
  }

  async putBytes(key: string, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.requests.ask('PUT', this.#urlOf(key), { body, signal, must: true });
  }

  async putFile(key: string, file: string, signal?: AbortSignal): Promise<void> {
    const { size } = await stat(file);
    if (size <= PART_BYTES) return this.putBytes(key, await readFile(file), signal);
    const url = this.#urlOf(key),
      { requests } = this;
    const begun = await requests.ask('POST', `${url}?uploads=`, { signal, must: true });
    const uploadId = encodeURIComponent(tag(begun.body.toString('utf8'), 'UploadId') ?? '');
    try {
      const tags: string[] = [];
      for await (const part of inParts(file)) {
        const to = `${url}?partNumber=${tags.length + 1}&uploadId=${uploadId}`;
        const { headers } = await requests.ask('PUT', to, { body: part, signal, must: true });
        tags.push(headers.get('etag') ?? '');
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
    await this.requests.ask('DELETE', this.#urlOf(key), { signal });
  }

  async list(prefix = '', signal?: AbortSignal): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    for (let token: string | undefined; ; ) {
      const query = new URLSearchParams({ 'list-type': '2', prefix: this.prefix + prefix });
      if (token !== undefined) query.set('continuation-token', token);
      const { body } = await this.requests.ask('GET', `${this.bucketUrl}?${query.toString()}`, {
        signal,
        must: true,
      });
      const xml = body.toString('utf8');
      for (const [, one = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = tag(one, 'Key');
        if (key?.startsWith(this.prefix) === true)
          found.push({ key: key.slice(this.prefix.length), bytes: Number(tag(one, 'Size')) });
      }
      token = tag(xml, 'NextContinuationToken');
      if (tag(xml, 'IsTruncated') !== 'true' || token === undefined) return found;
    }
  }

  pieces(key: string, bytes: number, pieceBytes: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    return byRanges(this.requests, () => this.#urlOf(key), bytes, pieceBytes, signal);
  }

  #urlOf(key: string): string {
    return `${this.bucketUrl}/${this.prefix}${key}`;
  }
}
