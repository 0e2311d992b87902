/** The place that a home names: a folder, or an address. */
import process from 'node:process';
import { isAddress } from '../../domain/library-address.js';
import { RollcallError } from '../../domain/errors.js';
import { FolderPlace } from './folder-place.js';
import { parseS3 } from './object-address.js';
import type { Place } from './place.js';
import { S3Place } from './s3-place.js';

/** @throws RollcallError `bad_argument` for an address that is none of a library, `forbidden` where keys are missing */
export function placeAt(home: string, env: NodeJS.ProcessEnv = process.env): Place {
  return isAddress(home) ? s3PlaceAt(home, env) : new FolderPlace(home);
}

/** The same, for addresses alone. */
export function s3PlaceAt(address: string, env: NodeJS.ProcessEnv = process.env): S3Place {
  return new S3Place(parseS3(address, env));
}

/** @throws RollcallError `bad_argument` for an address: what works on files of a folder */
export function folderOnly(home: string, what: string): string {
  if (!isAddress(home)) return home;
  throw new RollcallError(
    'bad_argument',
    `${what} works on a library in a folder, and this one is in ${home}.`,
    'Put a backup back with `rollcall-mcp restore FILE`, into a prefix with nothing below it; or use what the store keeps of earlier versions.',
  );
}
