/** Whether people of the library are on screen at one moment, or in one photo: then they are two, or one twice. */
import { groupBy } from '../../domain/group-by.js';
import { intersect } from '../../domain/intervals.js';
import { whereTogether } from '../../domain/people/twice-in-picture.js';
import type { Reader } from '../../store/api.js';

/**
 * Those of `others` who share the screen with `one` somewhere, and where. Reads tracks only where appearances overlap.
 * @param video_ids where to look; everywhere when left out
 */
export async function sharingScreen(
  reader: Pick<Reader, 'seen' | 'tracks' | 'sharedVideos'>,
  one: string,
  others: readonly string[],
  video_ids?: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, 'film' | 'photo'>> {
  if (others.length === 0) return new Map();
  const shared = video_ids ?? (await reader.sharedVideos(one, others, signal));
  if (shared?.length === 0) return new Map();
  const where = shared ? { video_ids: shared } : {};
  const seen = groupBy(
    await reader.seen({ ...where, identity_ids: [one, ...others] }, signal),
    (row) => row.identity_id,
  );
  const theirs = new Map((seen.get(one) ?? []).map((row) => [row.video_id, row.appearances]));
  const [mine, sharing] = [new Set<string>(), new Map<string, string[]>()];
  for (const other of others)
    for (const { video_id, appearances } of other === one ? [] : (seen.get(other) ?? [])) {
      const own = theirs.get(video_id) ?? [];
      // Appearances bridge short gaps, so that they overlap wherever tracks do.
      if (intersect(own, appearances).length === 0) continue;
      for (const id of own.flatMap((a) => a.track_ids)) mine.add(id);
      sharing.set(other, [...(sharing.get(other) ?? []), ...appearances.flatMap((a) => a.track_ids)]);
    }
  const ids = [...mine, ...[...sharing.values()].flat()];
  const tracks = new Map((await reader.tracks({ track_ids: ids }, signal)).map((t) => [t.track_id, t]));
  const of = (track_ids: Iterable<string>) => [...track_ids].flatMap((id) => tracks.get(id) ?? []);
  const own = of(mine);
  return new Map(
    [...sharing].flatMap(([other, ids]) => {
      const where = whereTogether(own, of(ids));
      return where ? [[other, where] as const] : [];
    }),
  );
}
