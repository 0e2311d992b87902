/** Libraries that lie elsewhere than in a folder: at an address, as s3://bucket/prefix. */

/** More than one letter: C:// is a drive. */
const ADDRESS = /^[a-z][a-z0-9+.-]+:\/\//i;

/** Whether a home is an address, and not a folder; file:// is a folder. */
export function isAddress(home: string): boolean {
  return ADDRESS.test(home) && !/^file:/i.test(home);
}
