/** HEIC pictures, by libheif's encoder (Debian: the package libheif-examples). */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where it has to be there, as in CI, the tests that need it fail without. */
export const hasHeif = existsSync('/usr/bin/heif-enc') || process.env.ROLLCALL_TEST_HEIF !== undefined;

/** Writes pictures into one HEIC file. @param pictures JPEG files */
export function makeHeic(file: string, pictures: readonly string[]): string {
  execFileSync('heif-enc', ['-q', '90', ...pictures, '-o', file]);
  return file;
}
