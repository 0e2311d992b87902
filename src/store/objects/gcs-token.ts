/**
 * What lets requests into Google Cloud Storage: tokens that a service account signs itself, an hour each, as LanceDB
 * makes them (https://google.aip.dev/auth/4111; a scope takes the place of the audience, which the storage refuses).
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { RollcallError } from '../../domain/errors/errors.js';
import { GCS_KEYS, type GcsLocation } from './gcs-address.js';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TOKEN_S = 3600;
/** Before its end another one is made. */
const SPARE_S = 300;

/** The JSON that Google gives out for a service account, as far as it is needed; LanceDB wants the same of it. */
const accountSchema = z.object({
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string(),
  /** Of emulators: everybody is let in. */
  disable_oauth: z.boolean().default(false),
});

interface Account {
  email: string;
  keyId: string;
  /** Null where everybody is let in. */
  key: KeyObject | null;
}

export class GcsTokens {
  #account: Promise<Account> | undefined;
  #token: { text: string; ends_s: number } | undefined;

  constructor(private readonly from: GcsLocation['account']) {}

  /**
   * The Authorization header of a request that is made now; null where none is wanted.
   * @throws RollcallError `forbidden` when the key can't be read
   */
  async authorization(): Promise<string | null> {
    this.#account ??= readAccount(this.from);
    const { email, keyId, key } = await this.#account;
    if (key === null) return null;
    const now_s = Math.floor(Date.now() / 1000);
    if (this.#token === undefined || now_s > this.#token.ends_s - SPARE_S)
      this.#token = { text: signedToken(email, keyId, key, now_s), ends_s: now_s + TOKEN_S };
    return `Bearer ${this.#token.text}`;
  }
}

/** A JSON Web Token (RFC 7519), signed with RS256. @param now_s since 1970 */
function signedToken(email: string, keyId: string, key: KeyObject, now_s: number): string {
  const header = { alg: 'RS256', typ: 'JWT', kid: keyId };
  const claims = { iss: email, sub: email, scope: SCOPE, iat: now_s, exp: now_s + TOKEN_S };
  const message = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${message}.${sign('sha256', Buffer.from(message), key).toString('base64url')}`;
}

async function readAccount(from: GcsLocation['account']): Promise<Account> {
  const where = 'json' in from ? 'GOOGLE_SERVICE_ACCOUNT_KEY' : from.file;
  try {
    const text = 'json' in from ? from.json : await readFile(from.file, 'utf8');
    const { client_email, private_key, private_key_id, disable_oauth } = accountSchema.parse(JSON.parse(text));
    return { email: client_email, keyId: private_key_id, key: disable_oauth ? null : createPrivateKey(private_key) };
  } catch {
    // Without the cause, which may quote what it could not read.
    throw new RollcallError(
      'forbidden',
      `${where} holds no key of a service account that can be read.`,
      `Set ${GCS_KEYS} to the JSON that Google gives out for a key of a service account (with client_email, private_key and private_key_id). Logins of gcloud and roles of machines are not read.`,
    );
  }
}
