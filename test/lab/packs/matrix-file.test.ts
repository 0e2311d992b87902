import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stackRows, writeMatrixFile } from '../../../lab/packs/matrix-file.js';

describe('writeMatrixFile', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'rollcall-matrix-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes little-endian float32 rows, their hash, and where they came from', async () => {
    const target = path.join(folder, 'packs', 'population.f32');
    const described = await writeMatrixFile(
      target,
      stackRows([Float32Array.of(1, -2, 0.5), Float32Array.of(3, 4, 5)]),
      3,
      { seed: 7 },
    );
    const bytes = await readFile(target);
    expect(bytes.toString('hex')).toBe('0000803f000000c00000003f00004040000080400000a040');
    expect(described).toEqual({
      file: 'population.f32',
      rows: 2,
      columns: 3,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(JSON.parse(await readFile(`${target}.json`, 'utf8'))).toEqual({ ...described, seed: 7 });
  });

  it('refuses numbers that are no whole rows', async () => {
    await expect(writeMatrixFile(path.join(folder, 'x.f32'), new Float32Array(5), 2, {})).rejects.toThrow(RangeError);
  });
});
