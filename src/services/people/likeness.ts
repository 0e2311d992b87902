/** How alike two people of the library are, by the evidence that grouping goes by, and whether to ask about them. */
import { groupBy } from '../../domain/group-by.js';
import { intersect, union } from '../../domain/intervals.js';
import { coVisiblePairs } from '../../domain/people/co-visibility.js';
import { spreadOver } from '../../domain/people/library-cohort.js';
import { whereTogether } from '../../domain/people/twice-in-photo.js';
import type { Constraints } from '../../domain/people/edits.js';
import {
  LEAST_CHANCE,
  leastToAsk,
  mergeQuestion,
  type Profile,
  profileOf,
  type Question,
} from '../../domain/people/suggestions.js';
import { normalisedScore } from '../../domain/scores/normalised-score.js';
import { dot } from '../../domain/vectors.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow, ReferenceRow, TrackSummary } from '../../store/rows.js';
import type { GroupedTrack, JoinRule } from './group-tracks.js';
import { inTheirLight } from './library-tracks.js';

/** Somebody with their tracks in their light, or, before they are seen, their reference photos. */
export interface Weighed {
  row: IdentityRow;
  tracks: readonly GroupedTrack[];
  profile: Profile;
}

export interface Likeness extends Question {
  /** The pair of faces most alike. */
  best: { a: string; b: string; score: number } | null;
  /** On screen at one moment: two people; in one photo: two people, or one twice. */
  together: 'film' | 'photo' | null;
  /** An edit says that they are two. */
  keptApart: boolean;
  /** Whether the library would suggest to ask. */
  asked: boolean;
}

/** What of the library is needed to weigh its people. */
export interface Known {
  reader: Pick<Reader, 'tracks' | 'vectors' | 'seen'>;
  /** Reference photos, by identity_id. */
  references: ReadonlyMap<string, readonly ReferenceRow[]>;
  rule: JoinRule;
  /** Tracks of one person that are compared: the best of so many times as many. */
  most: number;
}

/** Tracks that are looked at for each that is compared. */
const LOOKED_AT = 8;

/** People with their vectors; nothing but theirs, and those on screen beside them, is read. */
export async function weigh(
  rows: readonly IdentityRow[],
  { reader, references, rule, most }: Known,
  signal?: AbortSignal,
): Promise<Weighed[]> {
  const looked = rows.flatMap((row) => spreadOver(row.track_ids, LOOKED_AT * most));
  const found = new Map((await reader.tracks({ track_ids: looked }, signal)).map((t) => [t.track_id, t]));
  const each = rows.map((row) =>
    row.track_ids
      .flatMap((t) => found.get(t) ?? [])
      .sort((a, b) => b.quality - a.quality)
      .slice(0, most),
  );
  const lit = await inLight(each.flat(), reader, rule, signal);
  return rows.map((row, i) => {
    const own = (each[i] ?? []).flatMap((t) => lit.get(t.track_id) ?? []);
    const faces = own.length > 0 ? own : (references.get(row.identity_id) ?? []).map(asTrack);
    // How many there are counts, not how many were compared.
    const tracks = own.length > 0 ? row.track_ids.length : faces.length;
    return { row, tracks: faces, profile: { ...profileOf(faces), tracks } };
  });
}

/** Tracks in their light, by id, with those beside them. */
async function inLight(
  tracks: readonly TrackSummary[],
  reader: Known['reader'],
  rule: JoinRule,
  signal?: AbortSignal,
): Promise<Map<string, GroupedTrack>> {
  const own = new Map(tracks.map((t) => [t.track_id, t]));
  const byVideo = groupBy(own.values(), (t) => t.video_id);
  const beside = new Set<string>();
  for (const { video_id, appearances } of await reader.seen({ video_ids: [...byVideo.keys()] }, signal)) {
    const times = union((byVideo.get(video_id) ?? []).flatMap((t) => t.presence));
    for (const a of appearances)
      if (intersect(times, [a]).length > 0) for (const id of a.track_ids) if (!own.has(id)) beside.add(id);
  }
  const there = [...own.values(), ...(await reader.tracks({ track_ids: [...beside] }, signal))];
  const needed = new Map(own);
  for (const [i, j] of coVisiblePairs(there, rule.overlap_s)) {
    const [a, b] = [there[i], there[j]];
    if (!a || !b) continue;
    if (own.has(a.track_id)) needed.set(b.track_id, b);
    if (own.has(b.track_id)) needed.set(a.track_id, a);
  }
  const { ids, video_ids, data, population_excess, quality } = await reader.vectors(
    { track_ids: [...needed.keys()] },
    signal,
  );
  const dimensions = ids.length > 0 ? data.length / ids.length : 0;
  const grouped = ids.map((track_id, i) => ({
    track_id,
    video_id: video_ids[i] ?? '',
    vector: data.subarray(i * dimensions, (i + 1) * dimensions),
    population_excess: population_excess[i] ?? 0,
    quality: quality[i] ?? 0,
    presence: needed.get(track_id)?.presence ?? [],
  }));
  return new Map((grouped.length > 0 ? inTheirLight(grouped, rule) : []).map((t) => [t.track_id, t]));
}

/** A photo as joining sees it: on screen nowhere. */
function asTrack({ reference_id, vector, population_excess, quality }: ReferenceRow): GroupedTrack {
  return { track_id: reference_id, video_id: '', vector, population_excess, quality, presence: [] };
}

/** Whether two are one person, and what there is to say about it. @param people how many there are in the library */
export function likenessOf(
  a: Weighed,
  b: Weighed,
  people: number,
  { evidence }: Pick<JoinRule, 'evidence'>,
  edits: Pick<Constraints, 'barred'>,
): Likeness {
  const together = whereTogether(a.tracks, b.tracks),
    apart = keptApart(a, b, edits);
  const question = mergeQuestion(a.profile, b.profile, people, evidence, together === 'photo');
  const best = likest(a.tracks, b.tracks);
  const near = best !== null && best.score >= leastToAsk(people, evidence);
  return {
    ...question,
    best,
    together,
    keptApart: apart,
    asked: near && together !== 'film' && !apart && question.chance >= LEAST_CHANCE,
  };
}

/** Whether an edit says that they are two. */
export function keptApart(
  a: Pick<Weighed, 'row'>,
  b: Pick<Weighed, 'row'>,
  { barred }: Pick<Constraints, 'barred'>,
): boolean {
  const bars = (x: typeof a, y: typeof a) => x.row.track_ids.some((t) => barred.get(t)?.has(y.row.identity_id));
  return bars(a, b) || bars(b, a);
}

/** The pair of faces most alike, among the best of each. */
export function likest(
  one: readonly GroupedTrack[],
  other: readonly GroupedTrack[],
): { a: string; b: string; score: number } | null {
  let most: { a: string; b: string; score: number } | null = null;
  const few = (all: readonly GroupedTrack[]) => all.toSorted((x, y) => y.quality - x.quality).slice(0, 20);
  for (const x of few(one))
    for (const y of few(other)) {
      const score = normalisedScore(dot(x.vector, y.vector), x.population_excess, y.population_excess);
      if (most === null || score > most.score) most = { a: x.track_id, b: y.track_id, score };
    }
  return most;
}
