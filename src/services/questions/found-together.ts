/** Where several people who were found are together: at one moment, in one scene, in one film. */
import { groupBy } from '../../domain/group-by.js';
import { intersect, total, union } from '../../domain/intervals.js';
import { byText } from '../../domain/order.js';
import { scenesOf } from '../../domain/presence/scenes.js';
import type { Interval } from '../../domain/types.js';
import type { FilmWithAll, FoundAppearance, PersonHit } from '../answers/find-person.js';
import { roundSeconds as round } from '../../domain/seconds.js';
import type { PeopleView } from '../library/people-view.js';
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

/** Everybody's appearances by film, in films that have all of them. */
function filmsOf(all: readonly Hit[]): Map<string, FoundAppearance[][]> {
  const each = all.map((h) => groupBy(h.appearances, (a) => a.video_id));
  return new Map(
    [...(each[0]?.keys() ?? [])].flatMap((video_id) => {
      const there = each.map((films) => (films.get(video_id) ?? []).map(spanOf));
      return there.every((own) => own.length > 0) ? [[video_id, there]] : [];
    }),
  );
}

/** When all are there. */
function allAtOnce(there: readonly (readonly Interval[])[]): Interval[] {
  const [first = [], ...rest] = there.map((own) => union(own));
  return rest.reduce(intersect, first);
}

/** Moments when everyone asked for is on screen. */
export function momentsTogether(
  people: readonly (readonly Hit[])[],
  view: Pick<PeopleView, 'videos'>,
): FoundAppearance[] {
  const films = [...filmsOf(allKnown(people) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  return films.flatMap(([video_id, there]) =>
    allAtOnce(there).map((i) => ({
      video_id,
      ...whenIn(view.videos.get(video_id), i),
      score: null,
      identity_id: null,
      track_ids: there
        .flat()
        .filter((a) => a.start_s < i.end_s && a.end_s > i.start_s)
        .flatMap((a) => a.track_ids),
    })),
  );
}

/** Films in which everyone asked for is, wherever in them: those where they are longest at once first. */
export function filmsWithAll(
  people: readonly (readonly Hit[])[],
  view: Pick<PeopleView, 'videos' | 'titles'>,
): FilmWithAll[] {
  const all = allKnown(people) ?? [];
  const titles = view.titles();
  const films = [...filmsOf(all)].map(([video_id, there]): FilmWithAll => {
    const title = titles.get(video_id) ?? video_id;
    // A photo has no time: all are in it at once.
    if (view.videos.get(video_id)?.coverage.photo)
      return { video_id, title, seconds: there.map(() => 0), together_s: 0, photo: true };
    const seconds = there.map((intervals) => round(total(union(intervals))));
    return { video_id, title, seconds, together_s: round(total(allAtOnce(there))) };
  });
  const sum = ({ seconds }: FilmWithAll): number => seconds.reduce((s, n) => s + n, 0);
  return films.sort((p, q) => q.together_s - p.together_s || sum(q) - sum(p) || byText(p.video_id, q.video_id));
}

/**
 * Appearances at most `gap_s` apart as one scene, of each person, with the best score; photos as they are.
 * @param appearances by video and time
 */
export function asScenes(appearances: readonly FoundAppearance[], gap_s: number, view: PeopleView): FoundAppearance[] {
  const photos = appearances.filter((a) => a.photo);
  const each = groupBy(
    appearances.filter((a) => !a.photo),
    (a) => `${a.video_id} ${a.identity_id}`,
  );
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
  return [...scenes, ...photos].sort((p, q) => byText(p.video_id, q.video_id) || p.start_s - q.start_s);
}
