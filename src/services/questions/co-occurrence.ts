import { grow, intersect, total, union } from '../../domain/intervals.js';
import type { Interval } from '../../domain/types.js';
import type { IdentityRow } from '../../store/rows.js';
import type { GroupAnswer, PairAnswer } from '../answers/co-occurrence.js';
import type { Coverage } from '../answers/coverage.js';
import type { TogetherRequest } from '../requests/co-occurrence.js';
import { round } from '../library/appearances.js';
import type { Resources } from '../resources.js';
import { readView, type View } from '../library/library-view.js';

/** When someone is on screen, per video. */
type Presence = Map<string, Interval[]>;
interface Person {
  row: IdentityRow;
  presence: Presence;
}
/** Groups of more people than this are not searched for. */
const LARGEST_GROUP = 12;

export interface TogetherService {
  /** Pairs by seconds together, longest first; groups of three and more likewise. */
  coOccurrence(
    request: TogetherRequest,
    signal?: AbortSignal,
  ): Promise<{ pairs: PairAnswer[]; groups: GroupAnswer[]; coverage: Coverage[] }>;
}

/** Who appears with whom. */
export function createTogetherService(resources: Resources): TogetherService {
  return {
    async coOccurrence(request, signal) {
      const view = await readView(await resources.library(), request.video_ids, signal);
      const rows = request.identity_ids ? [...new Set(request.identity_ids.map((id) => view.person(id)))] : view.people;
      const people = rows.map((row) => ({ row, presence: presenceOf(view, row) }));
      const pairs = pairsOf(people, request, view);
      return { pairs, groups: groupsOf(people, pairs, request, view), coverage: view.coverage() };
    },
  };
}

function presenceOf(view: View, row: IdentityRow): Presence {
  const presence: Presence = new Map();
  for (const a of view.appearances(row))
    presence.set(a.video_id, [...(presence.get(a.video_id) ?? []), { start_s: a.start_s, end_s: a.end_s }]);
  return presence;
}

/** What counts as "there" under a mode: the appearance itself, its whole shots, or a margin around it. */
function reach(intervals: readonly Interval[], video_id: string, request: TogetherRequest, view: View): Interval[] {
  if (request.mode === 'within_s') return grow(intervals, (request.within_s ?? 5) / 2);
  if (request.mode === 'same_frame') return [...intervals];
  const video = view.videos.get(video_id);
  const cuts = [
    video?.start_s ?? 0,
    ...(video?.shots ?? []),
    Math.max(video?.duration_s ?? 0, ...intervals.map((i) => i.end_s)),
  ];
  const shots = cuts.slice(1).map((end_s, i) => ({ start_s: cuts[i] as number, end_s }));
  return union(shots.filter((s) => total(intersect([s], intervals)) > 0));
}

/** Moments when all of them are there. */
function together(
  people: readonly Person[],
  request: TogetherRequest,
  view: View,
): { video_id: string; start_s: number; end_s: number }[] {
  const [first, ...rest] = people;
  if (!first) return [];
  return [...first.presence.keys()]
    .filter((v) => rest.every((p) => p.presence.has(v)))
    .sort()
    .flatMap((video_id) => {
      const at = (p: Person) => reach(p.presence.get(video_id) ?? [], video_id, request, view);
      return rest
        .reduce((held, p) => intersect(held, at(p)), at(first))
        .map((i) => ({ video_id, start_s: round(i.start_s), end_s: round(i.end_s) }));
    });
}

function seconds(intervals: readonly Interval[]): number {
  return round(total(intervals));
}

function pairsOf(people: readonly Person[], request: TogetherRequest, view: View): PairAnswer[] {
  const pairs: PairAnswer[] = [];
  people.forEach((a, i) => {
    for (const b of people.slice(i + 1)) {
      const intervals = together([a, b], request, view);
      if (intervals.length === 0) continue;
      const both = seconds(intervals),
        each = [a, b].map((p) =>
          [...p.presence.entries()].reduce((s, [v, x]) => s + total(reach(x, v, request, view)), 0),
        );
      pairs.push({
        a: a.row.identity_id,
        b: b.row.identity_id,
        a_name: a.row.name,
        b_name: b.row.name,
        seconds: both,
        times: intervals.length,
        intervals,
        jaccard: both / Math.max(1e-9, (each[0] ?? 0) + (each[1] ?? 0) - both),
      });
    }
  });
  return pairs.sort((p, q) => q.seconds - p.seconds || p.a.localeCompare(q.a) || p.b.localeCompare(q.b));
}

/** Largest sets of three or more people who are there at one moment: swept over the changes of who is there. */
function groupsOf(
  people: readonly Person[],
  pairs: readonly PairAnswer[],
  request: TogetherRequest,
  view: View,
): GroupAnswer[] {
  const sets = new Map<string, Person[]>();
  for (const video_id of new Set(pairs.flatMap((p) => p.intervals.map((i) => i.video_id)))) {
    const spans = people.flatMap((p) =>
      reach(p.presence.get(video_id) ?? [], video_id, request, view).map((i) => ({ p, ...i })),
    );
    for (const t of new Set(spans.map((s) => s.start_s))) {
      const there = spans.filter((s) => s.start_s <= t && s.end_s > t).map((s) => s.p);
      if (there.length >= 3 && there.length <= LARGEST_GROUP)
        sets.set(
          there
            .map((p) => p.row.identity_id)
            .sort()
            .join(),
          there,
        );
    }
  }
  return [...sets.values()]
    .map((set) => {
      const intervals = together(set, request, view);
      return {
        identity_ids: set.map((p) => p.row.identity_id),
        names: set.map((p) => p.row.name),
        seconds: seconds(intervals),
        intervals,
      };
    })
    .filter((g) => g.seconds > 0)
    .sort((p, q) => q.seconds - p.seconds);
}
