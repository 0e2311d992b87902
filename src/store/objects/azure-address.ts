/** Addresses of libraries in Azure Blob Storage, and what is needed to reach one. */
import { createHmac } from 'node:crypto';
import { RollcallError } from '../../domain/errors/errors.js';
import { type AddressForm, type ObjectAddress, readAddress } from './object-address.js';

export interface AzureLocation extends ObjectAddress {
  account: string;
  /** Of the account's blobs, without a trailing slash. */
  endpoint: string;
  /** The account's, or a token that was made with it. */
  secret: { key: string } | { sas: string };
}

const FORM: AddressForm = { scheme: 'az', bucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/i, called: 'CONTAINER' };
export const SERVICE_VERSION = '2021-12-02';
const TOKEN_MS = 3600_000;

/**
 * What an az:// address and the environment say: AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY or
 * AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_ENDPOINT for any but Azure's own.
 * @throws RollcallError `bad_argument` for another address, `forbidden` where there are no keys
 */
export function parseAzure(address: string, env: NodeJS.ProcessEnv): AzureLocation {
  const place = readAddress(address, FORM);
  const account = env['AZURE_STORAGE_ACCOUNT_NAME'],
    key = env['AZURE_STORAGE_ACCOUNT_KEY'],
    sas = env['AZURE_STORAGE_SAS_TOKEN'];
  if (!account || (!key && !sas))
    throw new RollcallError(
      'forbidden',
      `The library is in ${address}, and there are no keys for it.`,
      'Set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN. Roles of machines and logins are not read.',
    );
  return {
    ...place,
    account,
    endpoint: env['AZURE_STORAGE_ENDPOINT']?.replace(/\/+$/, '') || `https://${account}.blob.core.windows.net`,
    secret: key ? { key } : { sas: (sas ?? '').replace(/^\?/, '') },
  };
}

/** What LanceDB is told to reach the same. */
export function azureOptions({ account, endpoint, secret }: AzureLocation): Record<string, string> {
  return {
    azureStorageAccountName: account,
    ...('key' in secret ? { azureStorageAccountKey: secret.key } : { azureStorageSasToken: secret.sas }),
    azureStorageEndpoint: endpoint,
    allowHttp: String(endpoint.startsWith('http://')),
  };
}

/**
 * The query that lets a request in: the token that was given, or one of the account for an hour. "Create an account
 * SAS", Azure Storage REST API, version 2021-12-02.
 */
export function accessQuery({ account, secret }: Pick<AzureLocation, 'account' | 'secret'>): string {
  if ('sas' in secret) return secret.sas;
  const se = new Date(Date.now() + TOKEN_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const [sp, ss, srt] = ['rwdlc', 'b', 'sco'];
  const signed = [account, sp, ss, srt, '', se, '', '', SERVICE_VERSION, '', ''].join('\n');
  const sig = createHmac('sha256', Buffer.from(secret.key, 'base64')).update(signed).digest('base64');
  return new URLSearchParams({ sv: SERVICE_VERSION, ss, srt, sp, se, sig }).toString();
}
