/** Which samples show a picture that came long after the one before. */
import { expect, it } from 'vitest';
import { THUMBNAIL } from '../../../../src/domain/shots/frame-thumbnails.js';
import type { Frame } from '../../../../src/media/film/frame-sink.js';
import { withLeaps } from '../../../../src/services/indexing/watching/leaps.js';

/** Stripes, down or across. */
const scene = (isAcross: boolean) =>
  Uint8Array.from({ length: THUMBNAIL.bytes }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const at = isAcross ? Math.floor(pixel / THUMBNAIL.width) : pixel % THUMBNAIL.width;
    return 128 + 90 * Math.sin(at / 3);
  });

/** @param pictures times at which pictures came; those from `other_s` on are of another scene */
async function leapsOf(pictures: readonly number[], sampleFps = 5, other_s = Infinity) {
  async function* frames(): AsyncGenerator<Frame> {
    let passed = 0;
    for (let index = 0; index / sampleFps <= 6; index++) {
      const time_s = index / sampleFps,
        upTo = pictures.filter((t) => t <= time_s).length;
      const between = pictures.slice(passed, upTo).map((t) => ({ time_s: t, picture: scene(t >= other_s) }));
      passed = upTo;
      const image = { width: 2, height: 2, data: new Uint8Array(12) };
      yield await Promise.resolve({ index, time_s, image, cut_s: null, passed: between });
    }
  }
  const found: [number, number, boolean][] = [];
  for await (const { time_s, leap } of withLeaps(frames(), sampleFps))
    if (leap) found.push([time_s, leap.time_s, leap.isOneScene]);
  return found;
}

it('are those of pictures that lie further apart than the patience of the tracker', async () => {
  expect(await leapsOf([0, 0.7, 1.4, 2.13, 2.2, 5], 5, 5)).toEqual([
    [2.2, 2.13, true],
    [5, 5, false],
  ]);
});

it('are none where samples themselves lie that far apart', async () => {
  expect(await leapsOf([0, 2, 4], 1)).toEqual([]);
  expect(await leapsOf([0, 2, 4], 2)).toHaveLength(2);
});
