/**
 * Values of an encrypted library: AES-256-GCM with a random nonce each. What a value belongs to is authenticated with
 * it, so that one can't be put in the place of another.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** Bytes. 2^32 values under one key are safe with random nonces of this length (NIST SP 800-38D, 8.3). */
const NONCE = 12,
  TAG = 16;
/** Bytes that sealing adds. */
export const SEALED_EXTRA = NONCE + TAG;

export class ValueCipher {
  constructor(
    private readonly key: Uint8Array,
    /** Of the key: which library's it is. */
    readonly key_id: string,
  ) {}

  /** @param place what the value belongs to @returns nonce, tag, ciphertext */
  seal(value: Uint8Array, place: string): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.from(place));
    const sealed = Buffer.allocUnsafeSlow(SEALED_EXTRA + value.length);
    nonce.copy(sealed, 0);
    cipher.update(value).copy(sealed, SEALED_EXTRA);
    cipher.final();
    cipher.getAuthTag().copy(sealed, NONCE);
    return sealed;
  }

  /** @throws Error for what was changed, belongs elsewhere, or was sealed with another key */
  open(sealed: Uint8Array, place: string): Buffer {
    if (sealed.length < SEALED_EXTRA) throw new Error('A sealed value is too short.');
    const cipher = createDecipheriv(ALGORITHM, this.key, sealed.subarray(0, NONCE), { authTagLength: TAG });
    cipher.setAAD(Buffer.from(place));
    cipher.setAuthTag(sealed.subarray(NONCE, SEALED_EXTRA));
    const value = cipher.update(sealed.subarray(SEALED_EXTRA));
    cipher.final();
    return value;
  }
}
