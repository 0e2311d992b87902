/** Addresses of libraries in object stores, and what is needed to reach one. */
import { RollcallError } from '../../domain/errors/errors.js';

export interface S3Location {
  /** s3://bucket/prefix, as it is told. */
  address: string;
  bucket: string;
  /** '' or ends with a slash. */
  prefix: string;
  /** Without a trailing slash; null for Amazon's own. */
  endpoint: string | null;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
}

/** Names of buckets (S3 user guide, bucket naming rules), and keys that need no escaping anywhere. */
const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.=-]+)*)\/*$/i;

/** Why other stores that LanceDB opens are not for a library of this version. */
const NOT_YET: Readonly<Record<string, string>> = {
  db: "LanceDB's client can't take old versions of remote tables away (its optimize is refused there), so nothing could be forgotten, and there is no object that would hold the head; with LANCEDB_API_KEY or without, that is not built yet",
  abfss: 'Azure Data Lake has a protocol of its own for replacing a file on a condition, which is not built yet',
};

/**
 * What an s3:// address and the environment say: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
 * AWS_REGION or AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.
 * @throws RollcallError `bad_argument` for another address, `forbidden` where there are no keys
 */
export function parseS3(address: string, env: NodeJS.ProcessEnv): S3Location {
  const scheme = /^([^:]+):/.exec(address)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 's3') throw unsupported(address, scheme);
  const [, bucket, path] = S3.exec(address) ?? [];
  if (bucket === undefined || path === undefined || /\/\.{1,2}(\/|$)/.test(path))
    throw new RollcallError(
      'bad_argument',
      `${address} is not an address of a library.`,
      'Give ROLLCALL_HOME as s3://BUCKET/PREFIX, with letters, digits and any of . _ - = in the prefix.',
    );
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey)
    throw new RollcallError(
      'forbidden',
      `The library is in ${address}, and there are no keys for it.`,
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN, where the keys are for a time). Profiles and roles of machines are not read: `aws configure export-credentials --format env` prints their keys.',
    );
  return {
    address: `s3://${bucket}${path}`,
    bucket,
    prefix: path === '' ? '' : `${path.slice(1)}/`,
    endpoint: (env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'])?.replace(/\/+$/, '') || null,
    region: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1',
    accessKeyId,
    secretAccessKey,
    sessionToken: env['AWS_SESSION_TOKEN'] || undefined,
  };
}

/** What LanceDB is told to reach the same. */
export function storageOptions(at: S3Location): Record<string, string> {
  return {
    awsAccessKeyId: at.accessKeyId,
    awsSecretAccessKey: at.secretAccessKey,
    ...(at.sessionToken === undefined ? {} : { awsSessionToken: at.sessionToken }),
    region: at.region,
    ...(at.endpoint === null ? {} : { endpoint: at.endpoint }),
    allowHttp: String(at.endpoint?.startsWith('http://') === true),
  };
}

function unsupported(address: string, scheme: string): RollcallError {
  const why = NOT_YET[scheme];
  return new RollcallError(
    'bad_argument',
    why === undefined ? `${address} is no place for a library.` : `A library can't be in ${address}: ${why}.`,
    'Set ROLLCALL_HOME to a folder, to s3://BUCKET/PREFIX of a store that speaks S3, to gs://BUCKET/PREFIX or to az://CONTAINER/PREFIX.',
  );
}
