/** Fields that several requests share. */
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';

/** Relative paths and ~ are made absolute: a job may be resumed by a process that runs elsewhere. */
export function absoluteSource(source: string): string {
  if (/^([a-z][a-z0-9+.-]*:\/\/|data:)/i.test(source)) return source;
  return path.resolve(source.replace(/^~(?=$|[\\/])/, os.homedir()));
}

export const sourceInput = z.string().min(1).max(8192).transform(absoluteSource);
/** Long enough for a picture of 25 MB as a data URL. */
export const imageInput = z
  .string()
  .min(1)
  .max(36_000_000)
  .transform(absoluteSource)
  .describe('path, https URL or data URL of a picture');
export const idInput = (kind: string) =>
  z.string().regex(new RegExp(`^${kind}_[\\w-]{1,100}$`), `expected an id that starts with ${kind}_`);
export const identityIdInput = idInput('identity').describe('an identity_id from another answer');
export const videoIdsInput = z
  .array(idInput('video'))
  .min(1)
  .max(1000)
  .describe('only these videos; all when left out');
export const thresholdInput = z
  .number()
  .min(-1)
  .max(1)
  .describe('overrides the calibrated threshold; leave out unless you know why');
