import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findBytes } from '../../../src/store/files/find-bytes.js';
import { temporaryHome } from '../fixtures.js';

const CHUNK = 1 << 22;

it('finds what lies anywhere in a file, across the pieces it is read in, and nothing else', async () => {
  const home = await temporaryHome();
  const patterns = Array.from({ length: 6 }, () => new Uint8Array(randomBytes(64)));
  const [first, across, last, nowhere, deep, left] = patterns as [Uint8Array, ...Uint8Array[]];
  const big = Buffer.alloc(2 * CHUNK + 100, 7);
  big.set(first, 0);
  big.set(across ?? first, CHUNK - 30);
  big.set(last ?? first, big.length - 64);
  // Begins as one that is looked for, and breaks off at the end.
  await writeFile(path.join(home, 'cut'), (nowhere ?? first).subarray(0, 63));
  await writeFile(path.join(home, 'big'), big);
  await mkdir(path.join(home, 'deep', 'cache'), { recursive: true });
  await mkdir(path.join(home, 'cache'));
  await writeFile(path.join(home, 'deep', 'cache', 'file'), Buffer.concat([randomBytes(5), deep ?? first]));
  await writeFile(path.join(home, 'cache', 'file'), left ?? first);
  await writeFile(path.join(home, 'empty'), '');
  const { files, bytes, found } = await findBytes(home, [...patterns, Buffer.from('abc')], ['cache']);
  expect([files, bytes]).toEqual([4, big.length + 63 + 69]);
  expect(found.map((f) => [path.relative(home, f.file), f.patterns]).sort()).toEqual([
    ['big', [0, 1, 2]],
    [path.join('deep', 'cache', 'file'), [4]],
  ]);
  await expect(findBytes(home, patterns, [], AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  expect(await findBytes(path.join(home, 'none'), patterns)).toEqual({ files: 0, bytes: 0, found: [] });
});
