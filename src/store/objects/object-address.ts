/** Addresses as all object stores have them: SCHEME://BUCKET/PREFIX. */
import { RollcallError } from '../../domain/errors/errors.js';

export interface ObjectAddress {
  /** As it is told, without slashes at its end. */
  address: string;
  bucket: string;
  /** Of the library's keys: '' or ends with a slash. */
  prefix: string;
}

/** How a kind of store is addressed. */
export interface AddressForm {
  /** As in an address, before ://. */
  scheme: string;
  /** Names of its buckets. */
  bucket: RegExp;
  /** What it calls them, as in a hint. */
  called: 'BUCKET' | 'CONTAINER';
}

/** Keys that need no escaping anywhere. */
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.=-]+)*$/;

/** @throws RollcallError `bad_argument` for what is not of that form */
export function readAddress(address: string, { scheme, bucket, called }: AddressForm): ObjectAddress {
  const [, name = '', path = ''] = new RegExp(`^${scheme}://([^/]*)(.*?)/*$`, 'i').exec(address) ?? [];
  if (!bucket.test(name) || !PREFIX.test(path))
    throw new RollcallError(
      'bad_argument',
      `${address} is not an address of a library.`,
      `Give ROLLCALL_HOME as ${scheme}://${called}/PREFIX, with letters, digits and any of . _ - = in the prefix.`,
    );
  return { address: `${scheme}://${name}${path}`, bucket: name, prefix: path === '' ? '' : `${path.slice(1)}/` };
}
