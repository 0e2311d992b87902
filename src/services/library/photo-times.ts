/** What stands in the place of a time where an appearance is in a photo. */
import { PHOTO_SPAN } from '../../domain/photos.js';
import { roundSeconds } from '../../domain/seconds.js';
import type { Interval } from '../../domain/types.js';
import type { VideoRow } from '../../store/rows.js';
import type { When } from '../answers/identity.js';

/** An interval of a video, or of a photo, as answers say it: a photo has no time, but perhaps a date. */
export function whenIn(video: Pick<VideoRow, 'coverage'> | undefined, { start_s, end_s }: Interval): When {
  const photo = video?.coverage.photo;
  if (!photo) return { start_s: roundSeconds(start_s), end_s: roundSeconds(end_s) };
  return { start_s: 0, end_s: 0, photo: true, ...(photo.taken_at === null ? {} : { taken_at: photo.taken_at }) };
}

/** The other way round, for comparing when people are seen: everybody in a photo shares one stretch. */
export function spanOf<W extends When>(when: W): W {
  return when.photo ? { ...when, ...PHOTO_SPAN } : when;
}

/** How many photos the appearances are in; undefined for none, since most libraries hold none. */
export function photosIn(appearances: readonly (When & { video_id: string })[]): number | undefined {
  // Asked of every pair of people, most of whom are in films.
  if (!appearances.some((a) => a.photo)) return undefined;
  return new Set(appearances.flatMap((a) => (a.photo ? [a.video_id] : []))).size;
}
