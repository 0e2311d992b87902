/**
 * Photos have no time. Inside, a photo is one stretch that all of its faces share, so that whatever compares when
 * people are seen (two faces of one picture are two people; who is with whom) holds for photos too. Answers never show
 * it.
 */
import type { Interval } from './types.js';

/** Longer than any sampling step, so that faces that share it are always two people. */
export const PHOTO_SPAN: Readonly<Interval> = { start_s: 0, end_s: 60 };

/** The first photograph; a date before it, or after the day on which it is read, is a clock that was never set. */
const FIRST_YEAR = 1826;
const DAY_MS = 86_400_000;

const PICTURE_ENDING = /\.(jpe?g|jpe|jfif|png|webp|avif|hei[cf]|tiff?)$/i;

/** Whether a file's name is that of a photo. */
export function isPictureName(file: string): boolean {
  return PICTURE_ENDING.test(file);
}

/**
 * An EXIF date (`YYYY:MM:DD hh:mm:ss`, by the camera's own clock) as ISO 8601, with its offset from UTC where there is
 * one; null for none that can be. @param now milliseconds since 1970
 */
export function exifTime(date: string | undefined, offset: string | undefined, now: number): string | null {
  const found = /^(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(date?.trim() ?? '');
  if (!found) return null;
  const [, year, month, day, hour, minute, second] = found;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // A camera whose clock was never set writes zeros; no date has a 31st of February.
  const time = new Date(`${local}Z`);
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 19) !== local) return null;
  if (time.getUTCFullYear() < FIRST_YEAR || time.getTime() > now + DAY_MS) return null;
  return local + (offset !== undefined && /^[+-](0\d|1[0-4]):[0-5]\d$/.test(offset.trim()) ? offset.trim() : '');
}

/** "2 videos", "1 photo", "2 videos and 340 photos". */
export function filesWords(videos: number, photos: number): string {
  const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;
  if (photos === 0) return count(videos, 'video');
  return videos === 0 ? count(photos, 'photo') : `${count(videos, 'video')} and ${count(photos, 'photo')}`;
}

/** "photo of 2019-05-02 14:03", by the camera's clock; "photo" where it says none. */
export function takenWords(taken_at: string | null): string {
  return taken_at === null ? 'photo' : `photo of ${taken_at.slice(0, 16).replace('T', ' ')}`;
}
