/** The size of a picture whose long side is given. */
import { expect, it } from 'vitest';
import { scaledSize } from '../../src/domain/scaled-size.js';

it('keeps the shape, whole and never nothing', () => {
  expect(scaledSize({ width: 1920, height: 1080 }, 640)).toEqual({ width: 640, height: 360 });
  expect(scaledSize({ width: 1080, height: 1920 }, 640)).toEqual({ width: 360, height: 640 });
  expect(scaledSize({ width: 100, height: 50 }, 301)).toEqual({ width: 301, height: 151 });
  expect(scaledSize({ width: 5000, height: 2 }, 100)).toEqual({ width: 100, height: 1 });
  expect(scaledSize({ width: 2, height: 5000 }, 100)).toEqual({ width: 1, height: 100 });
});
