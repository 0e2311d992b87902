/** Dates and names of photos. */
import { describe, expect, it } from 'vitest';
import { exifTime, filesWords, isPictureName, PHOTO_SPAN, takenWords } from '../../src/domain/photos.js';

const NOW = Date.UTC(2026, 10, 26);

describe('exifTime', () => {
  it('keeps the clock of the camera, and its offset where there is one', () => {
    expect(exifTime('2019:05:02 14:03:22', undefined, NOW)).toBe('2019-05-02T14:03:22');
    expect(exifTime(' 2019:05:02 14:03:22.5', '-07:30', NOW)).toBe('2019-05-02T14:03:22-07:30');
    expect(exifTime('2019:05:02 14:03:22', 'Z', NOW)).toBe('2019-05-02T14:03:22');
  });

  it.each(['+99:99', '+2:00', '\u202e+02:00', '+15:00'])('leaves out the offset %j', (offset) =>
    expect(exifTime('2019:05:02 14:03:22', offset, NOW)).toBe('2019-05-02T14:03:22'),
  );

  it.each([
    undefined,
    '',
    '    :  :     :  :  ',
    '0000:00:00 00:00:00',
    '2019:02:30 10:00:00',
    '2019:05:02 24:61:00',
    '0001:01:01 00:00:00',
    '9999:12:31 23:59:59',
    '2026:11:28 00:00:00',
  ])('is null for %j', (date) => expect(exifTime(date, '+01:00', NOW)).toBeNull());
});

it('knows photos by their names', () => {
  expect(['a.JPG', 'b.jpeg', 'c.Tif', 'd.heic', 'e.avif'].every(isPictureName)).toBe(true);
  expect(['a.mp4', 'jpg', 'b.jpg.txt', 'c.gif', 'd.svg'].some(isPictureName)).toBe(false);
});

it('says when a photo was taken in words, to the minute', () => {
  expect(takenWords('2019-05-02T14:03:22+02:00')).toBe('photo of 2019-05-02 14:03');
  expect(takenWords(null)).toBe('photo');
});

it('a date is taken from its beginning, an offset whole, and the edges of what can be are in', () => {
  expect(exifTime('x 2019:05:02 14:03:22', undefined, NOW)).toBeNull();
  expect(exifTime('1826:01:01 00:00:00', undefined, NOW)).toBe('1826-01-01T00:00:00');
  expect(exifTime('2026:11:27 00:00:00', undefined, NOW)).toBe('2026-11-27T00:00:00');
  expect(exifTime('2026:11:26 23:59:59', undefined, NOW)).toBe('2026-11-26T23:59:59');
  expect(exifTime('2019:05:02 14:03:22', ' +02:00 ', NOW)).toBe('2019-05-02T14:03:22+02:00');
  expect(exifTime('2019:05:02 14:03:22', '+02:00:30', NOW)).toBe('2019-05-02T14:03:22');
});

it('a photo is one stretch, longer than any step between samples', () => {
  expect(PHOTO_SPAN).toEqual({ start_s: 0, end_s: 60 });
});

it('counts films and photos in words', () => {
  expect(filesWords(1, 0)).toBe('1 video');
  expect(filesWords(0, 0)).toBe('0 videos');
  expect(filesWords(0, 1)).toBe('1 photo');
  expect(filesWords(2, 340)).toBe('2 videos and 340 photos');
  expect(filesWords(1, 1)).toBe('1 video and 1 photo');
});
