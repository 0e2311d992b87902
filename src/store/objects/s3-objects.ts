/** Objects of an S3-compatible store: replaced only if nobody else has done so meanwhile, by their tags. */
import { AwsClient } from 'aws4fetch';
import type { S3Location } from './s3-address.js';
import { type Condition, NO_MD5, StoreRequests } from './object-store.js';
import { XmlObjects } from './xml-objects.js';

export class S3Objects extends XmlObjects {
  readonly noTag = NO_MD5;
  /**
   * Ceph before 18 takes the quotes of If-Match for part of the tag, and refuses what is right. Whoever refuses a tag
   * that still stands is asked without them from then on.
   */
  #quoted = true;

  constructor(at: S3Location) {
    const { accessKeyId, secretAccessKey, sessionToken, region, bucket, address } = at;
    const client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      region,
      service: 's3',
      retries: 0,
    });
    const requests = new StoreRequests((url, init) => client.fetch(url, init), {
      address,
      missing: { code: 'NoSuchBucket', what: `bucket ${bucket}` },
      keys: 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION',
      endpoint: 'AWS_ENDPOINT_URL',
    });
    super(requests, bucketUrl(at), at.prefix);
  }

  protected override headersOn(condition: Condition): Record<string, string> {
    if ('absent' in condition) return { 'If-None-Match': '*' };
    return { 'If-Match': this.#quoted ? condition.etag : condition.etag.replaceAll('"', '') };
  }

  protected override onStanding(): void {
    this.#quoted = false;
  }
}

function bucketUrl({ endpoint, bucket, region }: S3Location): string {
  if (endpoint !== null) return `${endpoint}/${bucket}`;
  // A dot in a bucket's name fits no certificate of *.s3.amazonaws.com.
  return bucket.includes('.')
    ? `https://s3.${region}.amazonaws.com/${bucket}`
    : `https://${bucket}.s3.${region}.amazonaws.com`;
}
