/** The place that a home names: a folder, or an address. */
import process from 'node:process';
import { RollcallError } from '../../domain/errors/errors.js';
import { isAddress } from '../../domain/machine/library-address.js';
import { azureOptions, parseAzure } from '../objects/azure-address.js';
import { AzureObjects } from '../objects/azure-objects.js';
import { gcsOptions, parseGcs } from '../objects/gcs-address.js';
import { GcsObjects } from '../objects/gcs-objects.js';
import { parseS3, s3Options } from '../objects/s3-address.js';
import { S3Objects } from '../objects/s3-objects.js';
import { FolderPlace } from './folder-place.js';
import { ObjectPlace } from './object-place.js';
import type { Place } from './place.js';

/** Why other stores that LanceDB opens are not for a library of this version. */
const NOT_YET: Readonly<Record<string, string>> = {
  db: "LanceDB's client can't take old versions of remote tables away (its optimize is refused there), so nothing could be forgotten, and there is no object that would hold the head; with LANCEDB_API_KEY or without, that is not built yet",
  abfss: 'Azure Data Lake has a protocol of its own for replacing a file on a condition, which is not built yet',
};

/** @throws RollcallError `bad_argument` for an address that is none of a library, `forbidden` where keys are missing */
export function placeAt(home: string, env: NodeJS.ProcessEnv = process.env): Place {
  return isAddress(home) ? objectPlaceAt(home, env) : new FolderPlace(home);
}

/** The same, for addresses alone. */
export function objectPlaceAt(address: string, env: NodeJS.ProcessEnv = process.env): ObjectPlace {
  const scheme = /^([^:]+):/.exec(address)?.[1]?.toLowerCase() ?? '';
  switch (scheme) {
    case 's3': {
      const at = parseS3(address, env);
      return new ObjectPlace(at.address, new S3Objects(at), s3Options(at));
    }
    case 'gs': {
      const at = parseGcs(address, env);
      return new ObjectPlace(at.address, new GcsObjects(at), gcsOptions(at));
    }
    case 'az': {
      const at = parseAzure(address, env);
      return new ObjectPlace(at.address, new AzureObjects(at), azureOptions(at));
    }
    default:
      throw unsupported(address, scheme);
  }
}

function unsupported(address: string, scheme: string): RollcallError {
  const why = NOT_YET[scheme];
  return new RollcallError(
    'bad_argument',
    why === undefined ? `${address} is no place for a library.` : `A library can't be in ${address}: ${why}.`,
    'Set ROLLCALL_HOME to a folder, to s3://BUCKET/PREFIX of a store that speaks S3, to gs://BUCKET/PREFIX or to az://CONTAINER/PREFIX.',
  );
}
