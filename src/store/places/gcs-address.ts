/** Addresses of libraries in Google Cloud Storage, and what is needed to reach one. */
import { RollcallError } from '../../domain/errors/errors.js';

export interface GcsLocation {
  /** gs://bucket/prefix, as it is told. */
  address: string;
  bucket: string;
  /** '' or ends with a slash. */
  prefix: string;
  /** Without a trailing slash. */
  endpoint: string;
  /** Of a service account, as JSON: itself, or where it lies. */
  account: { json: string } | { file: string };
}

/** Names of buckets (Cloud Storage, "About buckets": naming), and keys that need no escaping anywhere. */
const GS = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])((?:\/[\w.=-]+)*)\/*$/i;
/** The variables below; LanceDB looks at them by itself too, so that there is no having others. */
export const GCS_KEYS = 'GOOGLE_APPLICATION_CREDENTIALS or GOOGLE_SERVICE_ACCOUNT_KEY';

/**
 * What a gs:// address and the environment say: GOOGLE_SERVICE_ACCOUNT_KEY (the JSON of a service account's key), or
 * the file with it in GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS; GOOGLE_BASE_URL for any but Google's
 * own. The file is not looked at yet.
 * @throws RollcallError `bad_argument` for another address or two keys, `forbidden` where there is none
 */
export function parseGcs(address: string, env: NodeJS.ProcessEnv): GcsLocation {
  const [, bucket, path] = GS.exec(address) ?? [];
  if (bucket === undefined || path === undefined || /\/\.{1,2}(\/|$)/.test(path))
    throw new RollcallError(
      'bad_argument',
      `${address} is not an address of a library.`,
      'Give ROLLCALL_HOME as gs://BUCKET/PREFIX, with letters, digits and any of . _ - = in the prefix.',
    );
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
    address: `gs://${bucket}${path}`,
    bucket,
    prefix: path === '' ? '' : `${path.slice(1)}/`,
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
