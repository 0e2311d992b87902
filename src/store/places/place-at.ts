/** The place that a home names: a folder, or an address. */
import process from 'node:process';
import { isAddress } from '../../domain/machine/library-address.js';
import { FolderPlace } from './folder-place.js';
import { azureOptions, parseAzure } from './azure-address.js';
import { AzureObjects } from './azure-objects.js';
import { gcsOptions, parseGcs } from './gcs-address.js';
import { GcsObjects } from './gcs-objects.js';
import { parseS3, storageOptions } from './object-address.js';
import { ObjectPlace } from './object-place.js';
import type { Place } from './place.js';
import { S3Objects } from './s3-objects.js';

/** @throws RollcallError `bad_argument` for an address that is none of a library, `forbidden` where keys are missing */
export function placeAt(home: string, env: NodeJS.ProcessEnv = process.env): Place {
  return isAddress(home) ? objectPlaceAt(home, env) : new FolderPlace(home);
}

/** The same, for addresses alone. */
export function objectPlaceAt(address: string, env: NodeJS.ProcessEnv = process.env): ObjectPlace {
  if (/^az:/i.test(address)) {
    const at = parseAzure(address, env);
    return new ObjectPlace(at.address, new AzureObjects(at), azureOptions(at));
  }
  if (/^gs:/i.test(address)) {
    const at = parseGcs(address, env);
    return new ObjectPlace(at.address, new GcsObjects(at), gcsOptions(at));
  }
  const at = parseS3(address, env);
  return new ObjectPlace(at.address, new S3Objects(at), storageOptions(at));
}
