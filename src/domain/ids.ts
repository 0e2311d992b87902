/**
 * Ids carry their kind: `video_mfrggzdfmztwq2lknnwg23tpoa`. After the underscore come 128 bits as 26 letters
 * of RFC 4648 base32 in lower case, so an id is safe in a file name, a URL and an SQL predicate.
 */
import { createHash, randomBytes } from 'node:crypto';
import { RollcallError } from './errors/errors.js';

export const ID_KINDS = ['video', 'identity', 'track', 'job', 'edit', 'run', 'calibration', 'reference'] as const;
export type IdKind = (typeof ID_KINDS)[number];

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const BYTES = 16;
const BODY = /^[a-z2-7]{26}$/,
  START = /^[a-z2-7]{0,26}$/;

/** @returns a new random id (128 bits). */
export function newId(kind: IdKind): string {
  return `${kind}_${base32(randomBytes(BYTES))}`;
}

/**
 * The same id for the same parts, on every machine: the first 128 bits of the SHA-256 of the kind and the
 * parts. Each part is preceded by its length, so that ('ab', 'c') and ('a', 'bc') differ.
 */
export function deriveId(kind: IdKind, ...parts: readonly string[]): string {
  const hash = createHash('sha256').update(kind);
  for (const part of parts) {
    const bytes = Buffer.from(part, 'utf8');
    hash.update(`\0${bytes.length}:`).update(bytes);
  }
  return `${kind}_${base32(hash.digest().subarray(0, BYTES))}`;
}

/** @returns whether `value` is a well-formed id of that kind; says nothing about whether it exists. */
export function isId(kind: IdKind, value: string): boolean {
  return value.startsWith(`${kind}_`) && BODY.test(value.slice(kind.length + 1));
}

/** @returns whether an id of that kind may begin so: its kind, and perhaps some letters. */
export function isIdStart(kind: IdKind, value: string): boolean {
  return value.startsWith(`${kind}_`) && START.test(value.slice(kind.length + 1));
}

/** @returns `value` when it is a well-formed id of that kind. @throws RollcallError `unknown_id` otherwise. */
export function parseId(kind: IdKind, value: string): string {
  if (isId(kind, value)) return value;
  throw new RollcallError(
    'unknown_id',
    `${JSON.stringify(value.slice(0, 80))} is not ${kind === 'identity' || kind === 'edit' ? 'an' : 'a'} ${kind} id.`,
    `Give an id as another answer returned it: ${kind}_ and 26 letters or digits.`,
  );
}

/** However they are written, since names match loosely: "P 12" is found by "P12". */
const LABEL = /^[pv]\d+$/,
  WITH_KIND = new RegExp(`^(${ID_KINDS.join('|')})_[\\w-]+$`, 'i');

/** Whether a text reads as an id, or as the short name of a person or a video ("P12"): nobody can be called so. */
export function readsAsId(text: string): boolean {
  const plain = text.normalize('NFKC').trim();
  return WITH_KIND.test(plain) || LABEL.test(plain.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
}

function base32(bytes: Uint8Array): string {
  let text = '',
    bits = 0,
    value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += ALPHABET.charAt((value >>> (bits - 5)) & 31);
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((value << (5 - bits)) & 31) : text;
}
