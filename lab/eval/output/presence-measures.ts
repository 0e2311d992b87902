/** Rows about who was found when, of a library against its truth. */
import type { PairAnswer } from '../../../src/services/answers/co-occurrence.js';
import { total, union } from '../../../src/domain/intervals.js';
import { countAppearances, wrongMerges } from '../../measures/merges.js';
import {
  scorePresence,
  togetherBounds,
  without,
  type FoundIdentity,
  type PersonTruth,
  type PresenceScore,
  type Timeline,
} from '../../measures/presence.js';
import { count, score, seconds } from './measures.js';
import type { Measure } from './report.js';

export interface PresenceTruth {
  people: readonly PersonTruth[];
  ignore: Timeline;
}
export interface Findings {
  identities: readonly FoundIdentity[];
  pairs: readonly PairAnswer[];
}

/** Everything about a set of videos; people are matched to identities by time, across all of them. */
export function presenceMeasures(
  place: { set: string; condition: string },
  truth: PresenceTruth,
  findings: Findings,
): Measure[] {
  const { people, ignore } = truth;
  const scored = scorePresence(people, findings.identities, ignore);
  const appearancesOf = new Map(findings.identities.map((i) => [i.id, i.appearances]));
  const counts = scored.people.map((row) => {
    const person = people.find((p) => p.id === row.person);
    return person
      ? countAppearances(person, (row.identity !== null && appearancesOf.get(row.identity)) || new Map(), ignore)
      : null;
  });
  const sum = (of: 'true' | 'missed' | 'found' | 'made_up') => counts.reduce((s, c) => s + (c?.[of] ?? 0), 0);
  const true_s = scored.people.reduce((s, p) => s + p.true_s, 0);
  const together = togetherError(scored, truth, findings.pairs),
    merges = wrongMerges(people, findings.identities, ignore);
  return [
    score(place, 'seconds wrong ÷ true', scored.wrong_share, true_s),
    seconds(
      place,
      'seconds missed',
      scored.people.reduce((s, p) => s + p.missed_s, 0),
      true_s,
    ),
    seconds(
      place,
      'seconds made up',
      scored.people.reduce((s, p) => s + p.extra_s, 0),
      true_s,
    ),
    ...(scored.people.length > 0
      ? [
          score(place, 'IoU, mean', mean(scored.people.map((p) => p.iou)), scored.people.length),
          score(place, 'IoU, worst', Math.min(...scored.people.map((p) => p.iou)), scored.people.length),
        ]
      : []),
    count(place, 'people found', scored.people.filter((p) => p.identity !== null).length, scored.people.length),
    count(place, 'surplus identities', scored.surplus.length),
    count(place, 'identities that are two people', merges.length, findings.identities.length),
    ...merges.map((m) => count(place, `one identity, perhaps of ${m.people.join(' + ')}`, m.people.length)),
    count(place, 'appearances missed', sum('missed'), sum('true')),
    count(place, 'appearances made up', sum('made_up'), sum('found')),
    ...(together.pairs > 0 ? [seconds(place, 'co-occurrence, seconds off', together.off_s, together.true_s)] : []),
  ];
}

/** One row a person. */
export function personMeasures(set: string, scored: PresenceScore): Measure[] {
  return scored.people.map((p) => score({ set, condition: p.person }, 'IoU', p.iou, p.true_s));
}

/** The same truth with one video alone. */
export function onlyVideo({ people, ignore }: PresenceTruth, video: string): PresenceTruth {
  const cut = (timeline: Timeline): Timeline => new Map([...timeline].filter(([name]) => name === video));
  return { people: people.map((p) => ({ id: p.id, sure: cut(p.sure), hard: cut(p.hard) })), ignore: cut(ignore) };
}

/**
 * How far the seconds that pairs of people spend together are off what the truth allows; who was not found is never
 * together.
 */
function togetherError(
  { people: scored }: PresenceScore,
  { people, ignore }: PresenceTruth,
  pairs: readonly PairAnswer[],
): { pairs: number; off_s: number; true_s: number } {
  const result = { pairs: 0, off_s: 0, true_s: 0 };
  const seen = people.flatMap((person) => {
    const row = scored.find((p) => p.person === person.id);
    return row ? [{ person: within(person, ignore), identity: row.identity }] : [];
  });
  for (const [i, p] of seen.entries()) {
    for (const q of seen.slice(i + 1)) {
      const { least_s, most_s } = togetherBounds(p.person, q.person);
      const pair = pairs.find(
        ({ a, b }) => (a === p.identity && b === q.identity) || (a === q.identity && b === p.identity),
      );
      const said = secondsOutside(pair?.intervals ?? [], ignore);
      result.pairs++;
      result.true_s += least_s;
      result.off_s += Math.max(0, least_s - said, said - most_s);
    }
  }
  return result;
}

function within({ id, sure, hard }: PersonTruth, ignore: Timeline): PersonTruth {
  const cut = (timeline: Timeline): Timeline =>
    new Map([...timeline].map(([video, spans]) => [video, without(spans, ignore.get(video) ?? [])]));
  return { id, sure: cut(sure), hard: cut(hard) };
}

function secondsOutside(intervals: PairAnswer['intervals'], ignore: Timeline): number {
  return [...new Set(intervals.map((i) => i.video_id))].reduce(
    (s, video) => s + total(without(union(intervals.filter((i) => i.video_id === video)), ignore.get(video) ?? [])),
    0,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((s, v) => s + v, 0) / values.length;
}
