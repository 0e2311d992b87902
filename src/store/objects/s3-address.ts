/** Addresses of libraries in Amazon's S3 and stores that speak it, and what is needed to reach one. */
import { RollcallError } from '../../domain/errors/errors.js';
import { type AddressForm, type ObjectAddress, readAddress } from './object-address.js';

export interface S3Location extends ObjectAddress {
  /** Without a trailing slash; null for Amazon's own. */
  endpoint: string | null;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
}

/** "Bucket naming rules", S3 user guide. */
const FORM: AddressForm = { scheme: 's3', bucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/i, called: 'BUCKET' };

/**
 * What an s3:// address and the environment say: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
 * AWS_REGION or AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.
 * @throws RollcallError `bad_argument` for another address, `forbidden` where there are no keys
 */
export function parseS3(address: string, env: NodeJS.ProcessEnv): S3Location {
  const place = readAddress(address, FORM);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey)
    throw new RollcallError(
      'forbidden',
      `The library is in ${address}, and there are no keys for it.`,
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN, where the keys are for a time). Profiles and roles of machines are not read: `aws configure export-credentials --format env` prints their keys.',
    );
  return {
    ...place,
    endpoint: (env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'])?.replace(/\/+$/, '') || null,
    region: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1',
    accessKeyId,
    secretAccessKey,
    sessionToken: env['AWS_SESSION_TOKEN'] || undefined,
  };
}

/** What LanceDB is told to reach the same. */
export function s3Options(at: S3Location): Record<string, string> {
  return {
    awsAccessKeyId: at.accessKeyId,
    awsSecretAccessKey: at.secretAccessKey,
    ...(at.sessionToken === undefined ? {} : { awsSessionToken: at.sessionToken }),
    region: at.region,
    ...(at.endpoint === null ? {} : { endpoint: at.endpoint }),
    allowHttp: String(at.endpoint?.startsWith('http://') === true),
  };
}
