/**
 * What a group of tracks is by the weighted means of its members: enough to say what two groups score, for all pairs of
 * their tracks, without a look at any (the note in sparse-clustering.ts).
 */
import type { ComparedFace } from '../scores/normalised-score.js';
import { dot } from '../vectors.js';
import type { LinearRules } from './join-rules.js';
import type { VectorSet } from './scored-pairs.js';

export interface GroupMeans {
  members: number[];
  weight: number;
  /** Weighted means; the quality's is of its root. */
  centroid: Float32Array;
  excess: number;
  quality: number;
  unread: number;
}

/** What of a group is seen in one place: which tracks, their weight, and that times what is unread. */
interface InPlace {
  members: number[];
  weight: number;
  unread: number;
}

/** A group with where its tracks are seen, and those that may be kept apart from others anywhere. */
export type PlacedGroup = GroupMeans & { places: Map<number, InPlace>; bound: number[] };

/** A track as a group of its own, by its number. */
export function singleFace(i: number, { vector, population_excess }: ComparedFace, rules: LinearRules): GroupMeans {
  return {
    members: [i],
    weight: rules.weight(i),
    centroid: vector,
    excess: population_excess,
    quality: Math.sqrt(rules.quality(i)),
    unread: rules.unread(i),
  };
}

/** The same of a set, of which its vector is a view. */
export function singleTrack(i: number, { vectors, excess }: VectorSet, rules: LinearRules): GroupMeans {
  const d = vectors.length / excess.length;
  return singleFace(i, { vector: vectors.subarray(i * d, (i + 1) * d), population_excess: excess[i] ?? 0 }, rules);
}

/** The same group with its places. */
export function placed(group: GroupMeans, rules: LinearRules): PlacedGroup {
  const places = new Map<number, InPlace>();
  for (const i of group.members) {
    const weight = rules.weight(i);
    addPlace(places, rules.place(i), { members: [i], weight, unread: weight * rules.unread(i) });
  }
  return { ...group, members: [...group.members], places, bound: group.members.filter((i) => rules.isBound(i)) };
}

/** Makes `b` part of `a`, whose centroid it changes where it is nobody else's: that of a single track is a view. */
export function takeInto(a: PlacedGroup, b: PlacedGroup): void {
  const weight = a.weight + b.weight,
    share = b.weight / weight;
  const mean = a.members.length > 1 ? a.centroid : a.centroid.slice();
  for (let k = 0; k < mean.length; k++) mean[k] = (mean[k] ?? 0) * (1 - share) + (b.centroid[k] ?? 0) * share;
  a.centroid = mean;
  a.excess = a.excess * (1 - share) + b.excess * share;
  a.quality = a.quality * (1 - share) + b.quality * share;
  a.unread = a.unread * (1 - share) + b.unread * share;
  a.weight = weight;
  for (const member of b.members) a.members.push(member);
  for (const member of b.bound) a.bound.push(member);
  for (const [place, held] of b.places) addPlace(a.places, place, held);
}

function addPlace(places: Map<number, InPlace>, place: number, more: InPlace): void {
  const held = places.get(place);
  if (!held) {
    places.set(place, more);
    return;
  }
  for (const member of more.members) held.members.push(member);
  held.weight += more.weight;
  held.unread += more.unread;
}

/** By how much the mean over all pairs of two groups exceeds what is needed. */
export function marginOf(a: PlacedGroup, b: PlacedGroup, rules: LinearRules): number {
  const score = dot(a.centroid, b.centroid) - (a.excess + b.excess) / 2;
  const [few, many] = a.places.size <= b.places.size ? [a.places, b.places] : [b.places, a.places];
  // The mean over pairs of odds × (1 + flatter × unread × unread).
  const { flatter, oddsBetween } = rules;
  let odds = oddsBetween * (1 + flatter * a.unread * b.unread);
  // By keys: an entry would be an array each.
  for (const place of few.keys()) {
    const other = many.get(place),
      one = few.get(place);
    if (one === undefined || other === undefined) continue;
    const pairs = one.weight * other.weight + flatter * one.unread * other.unread;
    odds += ((rules.oddsIn(place) - oddsBetween) * pairs) / (a.weight * b.weight);
  }
  return (
    score - rules.base - rules.span * a.quality * b.quality - rules.needed(odds, a.members.length, b.members.length)
  );
}

/**
 * By how much two groups that score so much exceed what they need to come to be one, as they are or once either has
 * grown. @param odds of their pairs, at least
 */
export function marginGrown(
  score: number,
  a: GroupMeans,
  b: GroupMeans,
  rules: LinearRules & { most(odds: number): number },
  odds: number,
): number {
  const both = odds * (1 + rules.flatter * a.unread * b.unread);
  return score - rules.base - rules.span * a.quality * b.quality - rules.needed(both, 1, 1) + rules.most(both);
}
