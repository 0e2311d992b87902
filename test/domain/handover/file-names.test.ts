import { expect, it } from 'vitest';
import { fileStem, uniqueNames } from '../../../src/domain/handover/file-names.js';

it.each([
  ['Ada Lovelace', 'Ada Lovelace'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['a:b*c?"<>|\\d', 'a_b_c______d'],
  ['..', '_'],
  ['', '_'],
  ['con', '_con'],
  ['aux.txt', '_aux.txt'],
  ['-rf', 'rf'],
  ['\u202eeman\n', 'eman'],
  ['x'.repeat(200), `${'x'.repeat(79)}_`],
])('%j is the file %j', (text, stem) => expect(fileStem(text)).toBe(stem));

it('no two are the same', () => {
  const name = uniqueNames();
  expect(['a', 'A', 'a', 'b'].map(name)).toEqual(['a', 'A 2', 'a 3', 'b']);
});
