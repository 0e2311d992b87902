/** Objects of Google Cloud Storage (its XML API): replaced only if nobody else has done so meanwhile, by generation. */
import { type GcsLocation, GCS_KEYS } from './gcs-address.js';
import { GcsTokens } from './gcs-token.js';
import { type Condition, StoreRequests } from './object-store.js';
import { XmlObjects } from './xml-objects.js';

/** Where an object's generation is told, and asked for: "HTTP headers and query string parameters for XML API". */
const GENERATION = 'x-goog-generation',
  IF_GENERATION = 'x-goog-if-generation-match';

export class GcsObjects extends XmlObjects {
  /** Generations are times, in microseconds. */
  readonly noTag = '1';

  constructor({ address, bucket, prefix, endpoint, account }: GcsLocation) {
    const tokens = new GcsTokens(account);
    const send = async (url: string, init: RequestInit): Promise<Response> => {
      const authorization = await tokens.authorization();
      const headers = new Headers(init.headers);
      if (authorization !== null) headers.set('authorization', authorization);
      return fetch(url, { ...init, headers });
    };
    const requests = new StoreRequests(send, {
      address,
      missing: { code: 'NoSuchBucket', what: `bucket ${bucket}` },
      keys: GCS_KEYS,
      endpoint: 'GOOGLE_BASE_URL',
      tagHeader: GENERATION,
    });
    super(requests, `${endpoint}/${bucket}`, prefix);
  }

  protected override headersOn(condition: Condition): Record<string, string> {
    return { [IF_GENERATION]: 'absent' in condition ? '0' : condition.etag };
  }
}
