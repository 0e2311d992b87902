/** Blobs of Azure Blob Storage: read, listed, and replaced only if nobody else has done so meanwhile. */
import { readFile, stat } from 'node:fs/promises';
import { accessQuery, type AzureLocation, SERVICE_VERSION } from './azure-address.js';
import {
  byRanges,
  type Condition,
  inParts,
  type ListedObject,
  NO_MD5,
  type ObjectStore,
  PART_BYTES,
  type StoredText,
  StoreRequests,
  tag,
} from './object-store.js';

const BLOB = { 'x-ms-blob-type': 'BlockBlob' };

export class AzureObjects implements ObjectStore {
  readonly noTag = NO_MD5;
  readonly #requests: StoreRequests;

  constructor(private readonly at: AzureLocation) {
    const send = (url: string, { headers, ...init }: RequestInit): Promise<Response> =>
      fetch(url, {
        ...init,
        headers: { ...Object.fromEntries(new Headers(headers)), 'x-ms-version': SERVICE_VERSION },
      });
    this.#requests = new StoreRequests(send, {
      address: at.address,
      missing: { code: 'ContainerNotFound', what: `container ${at.bucket}` },
      keys: 'AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY and AZURE_STORAGE_SAS_TOKEN',
      endpoint: 'AZURE_STORAGE_ENDPOINT',
    });
  }

  get(key: string, signal?: AbortSignal): Promise<StoredText | null> {
    return this.#requests.get(this.#urlOf(key), signal);
  }

  getBytes(key: string, signal?: AbortSignal): Promise<Buffer | null> {
    return this.#requests.getBytes(this.#urlOf(key), signal);
  }

  put(key: string, text: string, condition: Condition, signal?: AbortSignal): Promise<string | null> {
    const on = 'absent' in condition ? { 'If-None-Match': '*' } : { 'If-Match': condition.etag };
    const write = () =>
      this.#requests.once('PUT', this.#urlOf(key), { body: text, headers: { ...BLOB, ...on }, signal });
    return this.#requests.putIf(text, condition, write, () => this.get(key, signal), signal);
  }

  async putBytes(key: string, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#requests.ask('PUT', this.#urlOf(key), { body, headers: BLOB, signal, must: true });
  }

  /** Blocks that are never put together the store drops by itself, after a week. */
  async putFile(key: string, file: string, signal?: AbortSignal): Promise<void> {
    const { size } = await stat(file);
    if (size <= PART_BYTES) return this.putBytes(key, await readFile(file), signal);
    const blocks: string[] = [];
    for await (const body of inParts(file)) {
      // All ids of a blob are equally long.
      const id = Buffer.from(String(blocks.length).padStart(8, '0')).toString('base64');
      await this.#requests.ask('PUT', this.#urlOf(key, { comp: 'block', blockid: id }), { body, signal, must: true });
      blocks.push(id);
    }
    const body = `<BlockList>${blocks.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
    await this.#requests.ask('PUT', this.#urlOf(key, { comp: 'blocklist' }), { body, signal, must: true });
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    await this.#requests.ask('DELETE', this.#urlOf(key), { signal });
  }

  async list(prefix = '', signal?: AbortSignal): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    for (let marker = ''; ; ) {
      const query = {
        restype: 'container',
        comp: 'list',
        prefix: this.at.prefix + prefix,
        ...(marker ? { marker } : {}),
      };
      const { body } = await this.#requests.ask('GET', this.#urlOf(null, query), { signal, must: true });
      const xml = body.toString('utf8');
      for (const [, one = ''] of xml.matchAll(/<Blob>(.*?)<\/Blob>/gs)) {
        const key = tag(one, 'Name');
        if (key?.startsWith(this.at.prefix) === true)
          found.push({ key: key.slice(this.at.prefix.length), bytes: Number(tag(one, 'Content-Length')) });
      }
      marker = tag(xml, 'NextMarker') ?? '';
      if (marker === '') return found;
    }
  }

  pieces(key: string, bytes: number, pieceBytes: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    return byRanges(this.#requests, () => this.#urlOf(key), bytes, pieceBytes, signal);
  }

  /** @param key null for the container's own */
  #urlOf(key: string | null, query: Record<string, string> = {}): string {
    const { endpoint, bucket, prefix } = this.at;
    const blob = key === null ? '' : `/${prefix}${key}`;
    return `${endpoint}/${bucket}${blob}?${[new URLSearchParams(query).toString(), accessQuery(this.at)].filter(Boolean).join('&')}`;
  }
}
