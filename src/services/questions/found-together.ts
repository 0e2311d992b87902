/** Where several people who were found are together: at one moment, in one scene, in one film. */
import { intersect, total, union } from '../../domain/intervals.js';
import { scenesOf } from '../../domain/people/scenes.js';
import type { Interval } from '../../domain/types.js';
import type { FilmWithAll, FoundAppearance, PersonHit } from '../answers/find-person.js';
import { round } from '../library/appearances.js';
import type { View } from '../library/library-view.js';
import { spanOf, whenIn } from '../library/photo-times.js';

/** A queried face, name or identity, and when they are on screen. */
export interface Hit {
  hit: PersonHit;
  appearances: FoundAppearance[];
}

/**
 * Those of each person asked for who are known: a picture stands for those in it, and a bystander whom the library does
 * not know hides nobody. @param people the hits of each person asked for
 * @returns null when one of them is nobody known
 */
function allKnown(people: readonly (readonly Hit[])[]): Hit[] | null {
  const found = people.map((hits) => hits.filter((h) => h.hit.identity_id !== null));
  return found.length === 0 || found.some((hits) => hits.length === 0) ? null : found.flat();
}

function inFilm({ appearances }: Hit, video_id: string): Interval[] {
  return union(appearances.filter((a) => a.video_id === video_id).map(spanOf));
}

/** When all are there. */
function allAtOnce(hits: readonly Hit[], video_id: string): Interval[] {
  const [first, ...rest] = hits;
  return first ? rest.reduce((held, h) => intersect(held, inFilm(h, video_id)), inFilm(first, video_id)) : [];
}

/** Moments when everyone asked for is on screen. */
export function momentsTogether(people: readonly (readonly Hit[])[], view: View): FoundAppearance[] {
  const all = allKnown(people) ?? [];
  return [...new Set(all[0]?.appearances.map((a) => a.video_id))].sort().flatMap((video_id) =>
    allAtOnce(all, video_id).map((i) => ({
      video_id,
      ...whenIn(view.videos.get(video_id), i),
      score: null,
      identity_id: null,
      track_ids: all.flatMap((h) =>
        h.appearances
          .map(spanOf)
          .filter((a) => a.video_id === video_id && a.start_s < i.end_s && a.end_s > i.start_s)
          .flatMap((a) => a.track_ids),
      ),
    })),
  );
}

/** Films in which everyone asked for is, wherever in them: those where they are longest at once first. */
export function filmsWithAll(people: readonly (readonly Hit[])[], view: View): FilmWithAll[] {
  const all = allKnown(people) ?? [];
  const titles = view.titles();
  const films = [...new Set(all[0]?.appearances.map((a) => a.video_id))].flatMap((video_id): FilmWithAll[] => {
    const there = all.map((h) => inFilm(h, video_id));
    if (there.some((intervals) => intervals.length === 0)) return [];
    const title = titles.get(video_id) ?? video_id;
    // A photo has no time: all are in it at once.
    if (view.videos.get(video_id)?.coverage.photo)
      return [{ video_id, title, seconds: there.map(() => 0), together_s: 0, photo: true }];
    const seconds = there.map((intervals) => round(total(intervals)));
    return [{ video_id, title, seconds, together_s: round(total(allAtOnce(all, video_id))) }];
  });
  const sum = ({ seconds }: FilmWithAll): number => seconds.reduce((s, n) => s + n, 0);
  return films.sort((p, q) => q.together_s - p.together_s || sum(q) - sum(p) || (p.video_id < q.video_id ? -1 : 1));
}

/**
 * Appearances at most `gap_s` apart as one scene, of each person, with the best score; photos as they are.
 * @param appearances by video and time
 */
export function asScenes(appearances: readonly FoundAppearance[], gap_s: number, view: View): FoundAppearance[] {
  const each = new Map<string, FoundAppearance[]>();
  const photos = appearances.filter((a) => a.photo);
  for (const a of appearances.filter((one) => !one.photo)) {
    const key = `${a.video_id} ${a.identity_id}`;
    each.set(key, [...(each.get(key) ?? []), a]);
  }
  const scenes = [...each.values()]
    .flatMap((own) => scenesOf(own, gap_s))
    .flatMap(({ start_s, end_s, seconds, parts }): FoundAppearance[] => {
      const [first] = parts;
      if (!first) return [];
      const scores = parts.flatMap((p) => p.score ?? []);
      const cuts = view.videos.get(first.video_id)?.shots ?? [];
      return [
        {
          ...first,
          ...{ start_s, end_s },
          score: scores.length > 0 ? Math.max(...scores) : null,
          track_ids: [...new Set(parts.flatMap((p) => p.track_ids))],
          seconds_on_screen: round(seconds),
          times: parts.length,
          shots: 1 + cuts.filter((c) => c > start_s && c < end_s).length,
        },
      ];
    });
  return [...scenes, ...photos].sort((p, q) => p.video_id.localeCompare(q.video_id) || p.start_s - q.start_s);
}
