/** Dates and names of photos. */
import { describe, expect, it } from 'vitest';
import { exifTime, isPictureName, takenWords } from '../../src/domain/photos.js';

describe('exifTime', () => {
  it('keeps the clock of the camera, and its offset where there is one', () => {
    expect(exifTime('2019:05:02 14:03:22')).toBe('2019-05-02T14:03:22');
    expect(exifTime(' 2019:05:02 14:03:22.5', '-07:30')).toBe('2019-05-02T14:03:22-07:30');
    expect(exifTime('2019:05:02 14:03:22', 'Z')).toBe('2019-05-02T14:03:22');
  });

  it.each([undefined, '', '    :  :     :  :  ', '0000:00:00 00:00:00', '2019:02:30 10:00:00', '2019:05:02 24:61:00'])(
    'is null for %j',
    (date) => expect(exifTime(date)).toBeNull(),
  );
});

it('knows photos by their names', () => {
  expect(['a.JPG', 'b.jpeg', 'c.Tif', 'd.heic', 'e.avif'].every(isPictureName)).toBe(true);
  expect(['a.mp4', 'jpg', 'b.jpg.txt', 'c.gif', 'd.svg'].some(isPictureName)).toBe(false);
});

it('says when a photo was taken in words, to the minute', () => {
  expect(takenWords('2019-05-02T14:03:22+02:00')).toBe('photo of 2019-05-02 14:03');
  expect(takenWords(null)).toBe('photo');
});
