/** How alike two people of the library are, by the evidence that grouping goes by, and whether to ask about them. */
import { coVisiblePairs } from '../../domain/people/co-visibility.js';
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
  reader: Reader;
  /** All tracks of the library. */
  tracks: ReadonlyMap<string, TrackSummary>;
  /** Reference photos, by identity_id. */
  references: ReadonlyMap<string, readonly ReferenceRow[]>;
  rule: JoinRule;
}

/** Tracks of one person that are compared: the best. */
const MOST_TRACKS = 500;

/** People with their vectors; nothing but theirs, and those on screen beside them, is read. */
export async function weigh(
  rows: readonly IdentityRow[],
  { reader, tracks, references, rule }: Known,
  signal?: AbortSignal,
): Promise<Weighed[]> {
  const each = rows.map((row) =>
    row.track_ids
      .flatMap((t) => tracks.get(t) ?? [])
      .sort((a, b) => b.quality - a.quality)
      .slice(0, MOST_TRACKS),
  );
  const wanted = new Set(each.flat().map((t) => t.track_id));
  const videos = new Set(each.flat().map((t) => t.video_id));
  const there = [...tracks.values()].filter((t) => videos.has(t.video_id));
  const needed = new Set(wanted);
  for (const [i, j] of coVisiblePairs(there, rule.overlap_s)) {
    const [a, b] = [there[i]?.track_id ?? '', there[j]?.track_id ?? ''];
    if (wanted.has(a)) needed.add(b);
    if (wanted.has(b)) needed.add(a);
  }
  const lit = new Map(
    inTheirLight(needed.size === 0 ? [] : await read(reader, tracks, [...needed], signal), rule).map(
      (t) => [t.track_id, t] as const,
    ),
  );
  return rows.map((row, i) => {
    const own = (each[i] ?? []).flatMap((t) => lit.get(t.track_id) ?? []);
    const faces = own.length > 0 ? own : (references.get(row.identity_id) ?? []).map(asTrack);
    return { row, tracks: faces, profile: profileOf(faces) };
  });
}

async function read(
  reader: Reader,
  tracks: Known['tracks'],
  track_ids: readonly string[],
  signal?: AbortSignal,
): Promise<GroupedTrack[]> {
  const { ids, video_ids, data, population_excess, quality } = await reader.vectors({ track_ids }, signal);
  const dimensions = ids.length > 0 ? data.length / ids.length : 0;
  return ids.map((track_id, i) => ({
    track_id,
    video_id: video_ids[i] ?? '',
    vector: data.subarray(i * dimensions, (i + 1) * dimensions),
    population_excess: population_excess[i] ?? 0,
    quality: quality[i] ?? 0,
    presence: tracks.get(track_id)?.presence ?? [],
  }));
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
  a: Pick<Weighed, 'row' | 'tracks'>,
  b: Pick<Weighed, 'row' | 'tracks'>,
  { barred }: Pick<Constraints, 'barred'>,
): boolean {
  const bars = (x: typeof a, y: typeof a) => x.tracks.some((t) => barred.get(t.track_id)?.has(y.row.identity_id));
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
