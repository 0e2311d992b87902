/** Addresses of libraries in Google Cloud Storage, and what is needed to reach one. */
import { RollcallError } from '../../domain/errors/errors.js';
import { type AddressForm, type ObjectAddress, readAddress } from './object-address.js';

export interface GcsLocation extends ObjectAddress {
  /** Without a trailing slash. */
  endpoint: string;
  /** Of a service account, as JSON: itself, or where it lies. */
  account: { json: string } | { file: string };
}

/** "About buckets": naming, Cloud Storage. */
const FORM: AddressForm = { scheme: 'gs', bucket: /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/i, called: 'BUCKET' };
/** The variables below; LanceDB looks at them by itself too, so that there is no having others. */
export const GCS_KEYS = 'GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT_KEY';

/**
 * What a gs:// address and the environment say: GOOGLE_SERVICE_ACCOUNT_KEY (the JSON of a service account's key), or
 * the file with it in GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS; GOOGLE_BASE_URL for any but Google's
 * own. The file is not looked at yet.
 * @throws RollcallError `bad_argument` for another address or two keys, `forbidden` where there is none
 */
export function parseGcs(address: string, env: NodeJS.ProcessEnv): GcsLocation {
  const place = readAddress(address, FORM);
  const json = env['GOOGLE_SERVICE_ACCOUNT_KEY'],
    named = env['GOOGLE_SERVICE_ACCOUNT'];
  // LanceDB refuses both, in words that name no variable.
  if (json && named)
    throw new RollcallError(
      'bad_argument',
      'GOOGLE_SERVICE_ACCOUNT_KEY and GOOGLE_SERVICE_ACCOUNT are both set.',
      'Set one of them: the JSON of the key, or the file that it is in.',
    );
  const file = named || env['GOOGLE_APPLICATION_CREDENTIALS'];
  if (!json && !file)
    throw new RollcallError(
      'forbidden',
      `The library is in ${address}, and there is no key for it.`,
      'Set GOOGLE_APPLICATION_CREDENTIALS to the file with the JSON key of a service account, or GOOGLE_SERVICE_ACCOUNT_KEY to that JSON. Logins of gcloud and roles of machines are not read.',
    );
  return {
    ...place,
    endpoint: env['GOOGLE_BASE_URL']?.replace(/\/+$/, '') || 'https://storage.googleapis.com',
    account: json ? { json } : { file: file ?? '' },
  };
}

/** What LanceDB is told to reach the same. */
export function gcsOptions({ endpoint, account }: GcsLocation): Record<string, string> {
  return {
    ...('json' in account ? { googleServiceAccountKey: account.json } : { googleServiceAccount: account.file }),
    googleBaseUrl: endpoint,
    allowHttp: String(endpoint.startsWith('http://')),
  };
}
