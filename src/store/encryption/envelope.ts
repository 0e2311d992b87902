/**
 * The key that a library's values are sealed with is random and its own; it lies in the library's head, itself sealed
 * with the user's key. So the user's key can be changed without writing the library anew, and every copy and backup of
 * the library has what it is opened with, but for the user's key.
 */
import { hkdfSync, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { KEY_BYTES, type LibraryKey } from '../../config/library-key.js';
import { RollcallError } from '../../domain/errors/errors.js';
import { ValueCipher } from './value-cipher.js';

/** scrypt's cost: 128 MB and some 0.3 s a try (RFC 7914). */
const COST = 2 ** 17,
  BLOCK = 8,
  SALT = 16;

export const envelopeSchema = z.strictObject({
  v: z.literal(1),
  /** Of the library's key; it stays when the user's is changed. */
  key_id: z.string().regex(/^[0-9a-f]{16}$/),
  /** How the user's key becomes the one that seals. */
  kdf: z.enum(['hkdf-sha256', 'scrypt']),
  /** Of scrypt. */
  cost: z
    .number()
    .int()
    .min(2)
    .max(2 ** 20)
    .optional(),
  /** Base64. */
  salt: z.base64(),
  wrapped: z.base64(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** An opened envelope. */
export interface Opened {
  envelope: Envelope;
  cipher: ValueCipher;
}

/** A new key for a library, sealed with the user's. */
export async function newEnvelope(key: LibraryKey): Promise<Opened> {
  return wrap(randomBytes(KEY_BYTES), randomBytes(8).toString('hex'), key);
}

/** @throws RollcallError wrong_key */
export async function openEnvelope(envelope: Envelope, key: LibraryKey): Promise<ValueCipher> {
  return new ValueCipher(await unwrap(envelope, key), envelope.key_id);
}

/** The same key of the library, sealed with another of the user's. @throws RollcallError wrong_key */
export async function rewrap(envelope: Envelope, from: LibraryKey, to: LibraryKey): Promise<Envelope> {
  return (await wrap(await unwrap(envelope, from), envelope.key_id, to)).envelope;
}

async function wrap(dataKey: Uint8Array, key_id: string, key: LibraryKey): Promise<Opened> {
  const salt = randomBytes(SALT);
  const isText = 'passphrase' in key;
  const wrapping = await derive(key, salt, COST);
  const envelope: Envelope = {
    v: 1,
    key_id,
    kdf: isText ? 'scrypt' : 'hkdf-sha256',
    ...(isText ? { cost: COST } : {}),
    salt: salt.toString('base64'),
    wrapped: new ValueCipher(wrapping, '').seal(dataKey, placeOf(key_id)).toString('base64'),
  };
  return { envelope, cipher: new ValueCipher(dataKey, key_id) };
}

async function unwrap({ key_id, kdf, cost, salt, wrapped }: Envelope, key: LibraryKey): Promise<Uint8Array> {
  const isText = 'passphrase' in key;
  if (isText === (kdf === 'scrypt')) {
    const wrapping = await derive(key, Buffer.from(salt, 'base64'), cost ?? COST);
    try {
      return new ValueCipher(wrapping, '').open(Buffer.from(wrapped, 'base64'), placeOf(key_id));
    } catch {
      // Said below, without what went wrong inside.
    }
  }
  throw new RollcallError(
    'wrong_key',
    `The key from ${key.from} is not the one that this library is encrypted with.`,
    'Nothing was changed. Give the right key; without it nobody can read the faces and names in it.',
  );
}

async function derive(key: LibraryKey, salt: Uint8Array, N: number): Promise<Uint8Array> {
  if ('bytes' in key) return new Uint8Array(hkdfSync('sha256', key.bytes, salt, 'rollcall-mcp library key', KEY_BYTES));
  const options = { N, r: BLOCK, p: 1, maxmem: 256 * BLOCK * N };
  return new Promise((resolve, reject) =>
    scrypt(key.passphrase.normalize('NFC'), salt, KEY_BYTES, options, (error, made) =>
      error ? reject(error) : resolve(made),
    ),
  );
}

function placeOf(key_id: string): string {
  return `library key ${key_id}`;
}
