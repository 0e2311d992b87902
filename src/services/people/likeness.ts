/** How alike two people of the library are, by the evidence that grouping goes by, and whether to ask about them. */
import { spreadOver } from '../../domain/grouping/library-cohort.js';
import { mayBeTwice, whereTogether } from '../../domain/people/twice-in-picture.js';
import type { Constraints } from '../../domain/edits/edits.js';
import type { JoinEvidence } from '../../domain/grouping/join-evidence.js';
import {
  LEAST_CHANCE,
  mergeQuestion,
  type Profile,
  profileOf,
  type Question,
} from '../../domain/people/suggestions.js';
import { normalisedScore } from '../../domain/scores/normalised-score.js';
import { dot } from '../../domain/vectors.js';
import type { Reader } from '../../store/api.js';
import type { IdentityRow, ReferenceRow } from '../../store/rows.js';
import type { GroupedTrack } from '../grouping/group-tracks.js';
import { litFaces } from './library-tracks.js';

/** As much of somebody as weighing takes. */
export type WeighedRow = Pick<IdentityRow, 'identity_id' | 'name'> & { track_ids: readonly string[] };

/** Somebody with their tracks in their light, or, before they are seen, their reference photos. */
export interface Weighed {
  row: WeighedRow;
  tracks: readonly GroupedTrack[];
  profile: Profile;
}

export interface Likeness extends Question {
  /** The pair of faces most alike. */
  best: { a: string; b: string; score: number } | null;
  /** On screen at one moment, or in one photo: two people, or one twice. */
  together: 'film' | 'photo' | null;
  /** An edit says that they are two. */
  keptApart: boolean;
  /** Whether the library would suggest to ask. */
  asked: boolean;
}

/** What of the library is needed to weigh its people. */
export interface Known {
  reader: Pick<Reader, 'qualityOf' | 'faces' | 'lightOf'>;
  /** Reference photos, by identity_id. */
  references: ReadonlyMap<string, readonly ReferenceRow[]>;
  /** Tracks of one person that are compared: the best of so many times as many. */
  most: number;
}

/** Tracks that are looked at for each that is compared. */
const LOOKED_AT = 8;

/** People with their vectors; nothing but theirs is read. */
export async function weigh(
  rows: readonly WeighedRow[],
  { reader, references, most }: Known,
  signal?: AbortSignal,
): Promise<Weighed[]> {
  const looked = rows.map((row) => spreadOver(row.track_ids, LOOKED_AT * most));
  const quality = await reader.qualityOf(looked.flat(), signal);
  const each = looked.map((track_ids) => best(track_ids, quality).slice(0, most));
  const lit = new Map((await litFaces(reader, each.flat(), signal)).map((t) => [t.track_id, t]));
  return rows.map((row, i) => {
    const own = (each[i] ?? []).flatMap((t) => lit.get(t) ?? []);
    const faces = own.length > 0 ? own : (references.get(row.identity_id) ?? []).map(asTrack);
    // How many there are counts, not how many were compared.
    const tracks = own.length > 0 ? row.track_ids.length : faces.length;
    return { row, tracks: faces, profile: { ...profileOf(faces), tracks } };
  });
}

/** Those whose quality is known, best first. */
function best(track_ids: readonly string[], quality: ReadonlyMap<string, number>): string[] {
  return track_ids.filter((t) => quality.has(t)).sort((a, b) => (quality.get(b) ?? 0) - (quality.get(a) ?? 0));
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
  evidence: JoinEvidence,
  edits: Pick<Constraints, 'barred'>,
): Likeness {
  const together = whereTogether(a.tracks, b.tracks),
    apart = keptApart(a, b, edits);
  const question = mergeQuestion(a.profile, b.profile, people, evidence, together !== null);
  const best = likest(a.tracks, b.tracks);
  return {
    ...question,
    best,
    together,
    keptApart: apart,
    asked: (together === null || mayBeTwice(together, question.score)) && !apart && question.chance >= LEAST_CHANCE,
  };
}

/** Whether an edit says that they are two. */
export function keptApart(
  a: Pick<Weighed, 'row'>,
  b: Pick<Weighed, 'row'>,
  { barred }: Pick<Constraints, 'barred'>,
): boolean {
  if (barred.size === 0) return false;
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
